/** The style sheet of reports. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1a1f27; --faint: #5a6472; --grid: #dfe3e8; --ground: #ffffff; --panel: #f5f7f9; --line-1: #1d4ed8; --line-2: #b5420b; --line-3: #15703a; --line-4: #6d28d9; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #e7eaee; --faint: #a4adb9; --grid: #3a414b; --ground: #16191e; --panel: #1f242b; --line-1: #7da9ff; --line-2: #f4955f; --line-3: #63c98a; --line-4: #b79bff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
header { padding: 28px 0 4px; }
h1 { font-size: 26px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 32px 0 10px; padding-top: 10px; border-top: 1px solid var(--grid); }
h3 { font-size: 15px; margin: 18px 0 6px; }
p { margin: 6px 0; max-width: 80ch; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(260px, 100%), 1fr)); gap: 8px 24px; margin: 8px 0; }
dt { color: var(--faint); font-size: 13px; }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 8px 0; }
caption { text-align: left; color: var(--faint); font-size: 13px; padding-bottom: 4px; }
th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--grid); vertical-align: top; font-weight: 400; }
thead th, tbody th { font-weight: 600; }
.charts { display: flex; flex-wrap: wrap; gap: 16px; margin: 8px 0; }
figure { margin: 0; background: var(--panel); border-radius: 8px; padding: 8px; max-width: 100%; }
figure.white { background: #ffffff; }
svg { display: block; max-width: 100%; height: auto; }
.pictures { display: flex; flex-wrap: wrap; gap: 12px; }
.pictures img { display: block; max-width: 240px; }
figcaption { color: var(--faint); font-size: 13px; }
pre { background: var(--panel); padding: 12px; border-radius: 8px; overflow-x: auto; white-space: pre-wrap; }
summary { cursor: pointer; margin: 8px 0; }
footer { color: var(--faint); font-size: 13px; margin-top: 32px; padding-bottom: 32px; }
@media print { body { font-size: 11pt; } section, figure, tr { break-inside: avoid; } details > summary { display: none; } .scroll { overflow: visible; } }
`;
