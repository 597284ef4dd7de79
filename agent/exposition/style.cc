#include "agent/exposition/html.h"

namespace ght {

// One column of at most 46 rem, so that a phone and a wall screen read the same. States have a
// symbol and a word beside the colour; text keeps a contrast of 4.5:1 in light and dark.
// The head is deep in the dark scheme: a bright block blinds at 3 a.m.
std::string_view page_style() {
  return R"css(
:root{color-scheme:light dark;
--back:#f6f7f9;--card:#fff;--text:#16191d;--soft:#4b5560;--line:#d0d6dd;--link:#0a4f9e;
--good:#1a6e33;--on-good:#fff;--bad:#b3151b;--on-bad:#fff;--unknown:#ffc93c;--on-unknown:#241a00;
--maintenance:#0a4f9e;--on-maintenance:#fff;--out_of_hours:#4b5560;--on-out_of_hours:#fff}
@media (prefers-color-scheme:dark){:root{
--back:#0f1216;--card:#1a1f26;--text:#eceff3;--soft:#aab4c0;--line:#353d48;--link:#8fc2ff;
--good:#7fd99a;--on-good:#06210e;--bad:#ff8a85;--on-bad:#330204;--unknown:#ffd666;--on-unknown:#241a00;
--maintenance:#8fc2ff;--on-maintenance:#041a33;--out_of_hours:#aab4c0;--on-out_of_hours:#12161b}
.head.good{--tone:#12381f;--on:#d5f5de}.head.bad{--tone:#5c1013;--on:#ffe3e1}
.head.unknown{--tone:#453300;--on:#ffecb3}.head.maintenance{--tone:#0d2f52;--on:#d8eaff}
.head.out_of_hours{--tone:#2a323c;--on:#e3e8ee}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:46rem;padding:.75rem;background:var(--back);color:var(--text);
font:1rem/1.4 system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif;overflow-wrap:anywhere;
-webkit-text-size-adjust:100%}
a{color:var(--link)}
h1,h2,h3,p,ul{margin:0;padding:0}
ul{list-style:none}
.soft{color:var(--soft)}
.soft,.small,.banner{font-size:.875rem}
header{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;margin-bottom:.5rem}
.good{--tone:var(--good);--on:var(--on-good)}
.bad{--tone:var(--bad);--on:var(--on-bad)}
.unknown{--tone:var(--unknown);--on:var(--on-unknown)}
.maintenance{--tone:var(--maintenance);--on:var(--on-maintenance)}
.out_of_hours{--tone:var(--out_of_hours);--on:var(--on-out_of_hours)}
.head{background:var(--tone);color:var(--on);border-radius:.6rem;padding:.65rem .8rem;margin-bottom:.6rem}
.head a{color:inherit}
.head h1{font-size:1.45rem;line-height:1.2}
.head p{margin-top:.3rem}
.banner{border:2px solid var(--bad);border-radius:.6rem;background:var(--card);padding:.45rem .8rem;margin-bottom:.6rem}
h2{font-size:1.1rem;margin:.9rem 0 .4rem}
.card,.activity,.windows,#legend{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.7rem .8rem;margin-bottom:.6rem}
.card{border-left:.5rem solid var(--tone)}
.card h3{font-size:1.1rem}
.badge{display:inline-block;background:var(--tone);color:var(--on);border-radius:.35rem;padding:.05rem .5rem;
font-weight:700;font-size:.9rem;margin-right:.35rem}
.none{display:inline-block;border:1px dashed var(--soft);border-radius:.35rem;padding:.05rem .5rem;font-weight:700;font-size:.9rem}
.activity h3{font-size:1rem;display:flex;gap:.5rem;align-items:baseline}
.number{font-size:1.25rem;font-weight:700;min-width:1.2rem}
.activity li,.windows li{border-top:1px solid var(--line);margin-top:.5rem;padding-top:.5rem}
.activity>p{margin-top:.35rem}
#numbering{margin-bottom:.5rem}
footer{border-top:1px solid var(--line);margin-top:1.2rem;padding-top:.6rem}
footer p{margin-bottom:.4rem}
footer nav{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;margin-bottom:.6rem}
footer nav a{padding:.5rem 0}
)css";
}

}  // namespace ght
