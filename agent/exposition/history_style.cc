#include "agent/exposition/html.h"

namespace ght {

// The strips are told apart by form; their colours only repeat it. Stripes are a dashed thick line,
// so that a run is one element however long it is.
std::string_view history_style() {
  return R"css(.windows h2{margin-top:0}
.months{font-size:.875rem}
.past{margin-top:.4rem;font-size:.875rem}
.past p{margin-top:.4rem}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem;margin:.2rem 0 .6rem}
summary{cursor:pointer;padding:.3rem 0;color:var(--soft)}
summary span{color:var(--link);text-decoration:underline;margin-right:.3rem}
.past li,.activity .past li{border:0;margin:.25rem 0 0;padding:0 0 0 .6rem;border-left:.2rem solid var(--line)}
.past .open{border-left-color:var(--bad);font-weight:700}
.strip{display:block;width:100%;height:1.9rem;background:var(--back)}
.strip path{fill:none}
.strip .g{fill:var(--good)}.strip .b{fill:var(--bad)}.strip .o{fill:var(--out_of_hours)}
.strip .m{stroke:var(--maintenance);stroke-width:7;stroke-dasharray:.6 .6}
.strip .u,.strip .t{vector-effect:non-scaling-stroke;stroke:var(--text);stroke-width:1.5;stroke-dasharray:2 2}
.strip .t{stroke:var(--soft);stroke-width:1;stroke-dasharray:1 3}
.past .ticks{position:relative;height:1.2rem;margin:0;font-size:.75rem;color:var(--soft)}
.ticks span{position:absolute;transform:translateX(-50%);white-space:nowrap}
#legend h2{margin-top:0}
#legend .soft{margin-top:.4rem}
#legend ul{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;font-size:.875rem}
#legend li{display:flex;align-items:center;gap:.4rem}
#legend .strip{width:3rem;height:1.4rem}
)css";
}

}  // namespace ght
