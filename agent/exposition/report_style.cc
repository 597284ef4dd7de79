#include "agent/exposition/report_writer.h"

namespace ght {

// Read by an auditor on paper: ten points at least, black on white, no row over two pages, headings
// that stay with what follows. Verdicts have a symbol, words and a frame; colour only adds to them.
std::string_view report_style() {
  return R"css(
@page{size:A4;margin:16mm 14mm 18mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif}}
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.2rem;background:#fff;color:#000;
font:1rem/1.4 system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.2;margin:0 0 .2rem}
h2{font-size:1.2rem;margin:1.8rem 0 .5rem;padding-bottom:.15rem;border-bottom:2px solid #000}
h3{font-size:1.05rem;margin:1.3rem 0 .4rem}
h4{font-size:1rem;margin:.9rem 0 .3rem}
p{margin:.35rem 0}
ul{margin:.35rem 0;padding-left:1.3rem}
.month{font-size:1.2rem;font-weight:700;margin:0 0 .6rem}
.answer{border:2px solid #000;padding:.6rem .8rem;margin:.8rem 0}
.answer .first{font-size:1.05rem}
.banner{border:2px dashed #000;padding:.4rem .8rem;font-weight:700}
.soft{color:#444}
.small{font-size:.875rem}
.none{font-style:italic}
table{border-collapse:collapse;width:100%;margin:.4rem 0 .7rem;font-size:.9rem}
th,td{border:1px solid #888;padding:.22rem .4rem;text-align:left;vertical-align:top}
th{background:#eee;font-weight:600}
caption{text-align:left;font-weight:600;padding:.2rem 0}
td.n,.times td,.figures td{font-variant-numeric:tabular-nums}
td.n{overflow-wrap:normal}
th{overflow-wrap:normal;hyphens:auto}
.facts,.overview,.services,.windows,.restores{table-layout:fixed}
.overview th:nth-child(1),.services th:nth-child(1){width:23%}
.overview th:nth-child(2),.services th:nth-child(2){width:12%}
.overview th:nth-child(n+3):nth-child(-n+4),.services th:nth-child(n+3):nth-child(-n+4){width:12.5%}
.overview th:nth-child(5),.services th:nth-child(5){width:14%}
.windows th:nth-child(1){width:24%}
.windows th:nth-child(2){width:18.5%}
.windows th:nth-child(3){width:14%}
.windows th:nth-child(4){width:12%}
.windows th:nth-child(5){width:15%}
.restores th:nth-child(1){width:20%}
.restores th:nth-child(2){width:23%}
.restores th:nth-child(n+4){width:15.5%}
.facts th{width:20%}
.facts td{width:30%}
.identity th{width:17%}
.identity td{width:33%}
.level{display:inline-block;border:1px solid #000;border-radius:.2rem;padding:0 .35rem;font-weight:700}
.level.met{border-color:#1a6e33;color:#14532a}
.level.breached{border-width:2px;border-color:#a01015;color:#8c0e12}
.level.undetermined{border-style:dashed;border-color:#7a5200;color:#5e4000}
.level.no_level{border:0;padding:0;font-weight:400}
code{font:.85rem/1.4 "Liberation Mono",monospace;overflow-wrap:anywhere}
pre{border:1px solid #888;padding:.4rem .6rem;margin:.4rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
a{color:inherit}
@media screen and (max-width:48rem){.scroll{overflow-x:auto}.scroll table{min-width:46rem}
.facts,.times,.outages{font-size:.8rem}.facts th,.times th{overflow-wrap:anywhere}}
@media print{
body{max-width:none;padding:0;font-size:10.5pt}
table{font-size:10pt}
.small{font-size:9.5pt}
code{font-size:9pt}
a{text-decoration:none}
*{color:#000!important}
th{background:#eee!important;print-color-adjust:exact;-webkit-print-color-adjust:exact}
h2,h3,h4,caption,.keep{break-after:avoid}
thead{display:table-header-group}
tr,.answer,.facts,.times,.overview,.services,.together{break-inside:avoid}
p{orphans:3;widows:3}
.scroll{overflow:visible}
}
)css";
}

}  // namespace ght
