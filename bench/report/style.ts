/**
 * The page's style sheet. Colours are those of Okabe and Ito, which all kinds of colour vision tell apart, darkened on
 * white and lightened on black until a label in them reads well.
 */
export const STYLE: string = `
:root{--paper:#fbfaf7;--card:#fff;--ink:#1d2329;--soft:#59636e;--rule:#e3e0d8;--grid:#ece9e2;--shade:#f3f0e9;
--blue:#0062a3;--sky:#1f86bd;--red:#b94a00;--orange:#a86e00;--green:#007a59;--purple:#a4447f;--on:#fff}
@media(prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1b1f24;--ink:#e8e6e1;--soft:#a3adb8;--rule:#31373e;--grid:#2a3037;--shade:#22272d;
--blue:#62b0ee;--sky:#8ccff5;--red:#ff8a4c;--orange:#eebb45;--green:#3ec79b;--purple:#e69ac4;--on:#14171b}}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1160px;margin:0 auto;padding:40px 24px 64px}
h1{font-size:34px;line-height:1.15;letter-spacing:-.02em;margin:0 0 10px;text-wrap:balance}
h2{font-size:24px;letter-spacing:-.01em;margin:56px 0 6px;padding-top:22px;border-top:3px solid var(--ink)}
h3{font-size:16px;margin:0 0 2px}
p{margin:0 0 14px;max-width:74ch}
.lead{font-size:18px;color:var(--soft)}
.strata{height:10px;margin:0 0 26px;border-radius:2px;background:linear-gradient(90deg,var(--blue) 0 34%,var(--sky) 34% 47%,var(--red) 47% 66%,var(--orange) 66% 76%,var(--green) 76% 91%,var(--purple) 91%)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:14px;margin:24px 0 8px}
.tile{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:14px 16px}
.tile b{display:block;font-size:30px;line-height:1.15;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:14px;line-height:1.4;display:block}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:18px;margin:20px 0}
figure{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:16px 16px 12px;min-width:0}
figcaption{color:var(--soft);font-size:14px;line-height:1.45;margin-bottom:10px}
figcaption h3{color:var(--ink)}
svg{display:block;width:100%;height:auto;overflow:visible;font:13px ui-sans-serif,system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
.table{margin:16px 0 8px;border:1px solid var(--rule);border-radius:8px;background:var(--card);overflow:hidden}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:14.5px;font-variant-numeric:tabular-nums}
.caption{padding:12px 14px 8px;color:var(--soft);font-size:14px;line-height:1.45}
.caption b{color:var(--ink);font-size:16px;display:block}
th,td{padding:7px 14px;text-align:right;white-space:nowrap;border-top:1px solid var(--rule)}
th{font-weight:600;color:var(--soft);font-size:13px}
tr>:first-child{text-align:left}
th.wide,td.wide{text-align:left;white-space:normal;min-width:230px}
tbody th{color:var(--ink);font-size:14.5px}
tbody tr.group th{background:var(--shade);color:var(--soft);font-size:13px;text-align:left}
td.best{font-weight:700}
td.off{color:var(--red);font-weight:600}
td.good{color:var(--green);font-weight:700}
td.fine{color:var(--blue);font-weight:600}
td.none{color:var(--soft)}
.key{display:flex;flex-wrap:wrap;gap:6px 18px;margin:14px 0;font-size:14px;color:var(--soft)}
pre{overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;font-size:12.5px;line-height:1.5;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:12px 14px}
.grid-line,.grid line{shape-rendering:auto}
line.grid{stroke:var(--grid);stroke-width:1}
line.axis{stroke:var(--soft);stroke-width:1}
.tick{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
.axis-label{fill:var(--soft);font-size:12.5px}
.label{font-size:13px;font-weight:600;fill:var(--c)}
.label.ink,.corner{fill:var(--ink)}
.corner{font-size:13px;font-weight:600}
.line{fill:none;stroke:var(--c);stroke-width:2.25;stroke-linejoin:round}
.theory{fill:none;stroke:var(--c);stroke-width:1.5;stroke-dasharray:5 4}
.dot{fill:var(--c);stroke:var(--card);stroke-width:1.5}
.range{stroke:var(--c);stroke-width:2.5;stroke-linecap:round;opacity:.55}
.leader{stroke:var(--c);stroke-width:1;opacity:.45}
.bar{fill:var(--c)}
.in-bar{fill:var(--on);font-size:11.5px;font-weight:600}
.mark{stroke:var(--ink);stroke-width:2.5}
.triangle{fill:var(--shade);stroke:var(--soft);stroke-width:1.25}
.stall{fill:var(--c);opacity:.16}
.c-blue{--c:var(--blue)}.c-sky{--c:var(--sky)}.c-red{--c:var(--red)}.c-orange{--c:var(--orange)}
.c-green{--c:var(--green)}.c-purple{--c:var(--purple)}.c-ink{--c:var(--ink)}.c-soft{--c:var(--soft)}
.swatch{display:inline-block;width:10px;height:10px;border-radius:2px;background:var(--c);margin-right:8px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;font-size:14.5px;margin:16px 0}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.note{color:var(--soft);font-size:14.5px}
ul{padding-left:20px;max-width:74ch}li{margin:5px 0}
@media(max-width:600px){main{padding:24px 14px 48px}h1{font-size:27px}h2{font-size:21px;margin-top:40px}figure{padding:12px 10px 8px}
th,td{padding:6px 10px}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}svg{font-size:15px}.tick,.axis-label{font-size:14px}.label,.corner{font-size:15px}}
@media print{body{background:#fff}figure,.table,.tile{break-inside:avoid}}
`
