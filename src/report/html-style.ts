/** The look of the HTML report: one column of paper, light or dark as the reader's system is. */
export const HTML_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #23262b; --faint: #676d76; --line: #e3e1db; --code: #f3f1ec;
  --pass: #2a7548; --warn: #8a5c08; --fail: #b3362b; --unknown: #74508f; --skip: #676d76; --command: #1f5f8b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181c; --card: #1d2025; --ink: #e4e3df; --faint: #9aa0a9; --line: #30343b; --code: #24282e;
    --pass: #74c08f; --warn: #e0b055; --fail: #f08a7d; --unknown: #c3a0dd; --skip: #9aa0a9; --command: #8cc3ea;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 2.5rem 1.25rem 4rem; max-width: 58rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, dl, dd, pre, table, figure { margin: 0; }
h1 { font-size: 1.55rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; }
h2 { margin: 2.5rem 0 0.85rem; font-size: 1.05rem; font-weight: 650; }
h3 { font-size: 1rem; font-weight: 600; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.875em; }
pre { padding: 0.75rem 0.9rem; background: var(--code); border-radius: 0.5rem; line-height: 1.5; white-space: pre-wrap; }
pre b { font-weight: 600; color: var(--command); }
.faint, footer { color: var(--faint); }
header .faint { margin-top: 0.3rem; }
.pass { color: var(--pass); } .warn { color: var(--warn); } .fail { color: var(--fail); }
.unknown { color: var(--unknown); } .skip { color: var(--skip); }
.verdict {
  margin-top: 1.6rem; padding: 1.25rem 1.4rem; background: var(--card); border: 1px solid var(--line);
  border-left: 0.3rem solid currentColor; border-radius: 0.6rem;
}
.verdict > * { color: var(--ink); }
.verdict h2 { margin: 0; font-size: 1.2rem; color: inherit; }
.verdict .faint { color: var(--faint); margin-top: 0.15rem; }
.verdict .summary { margin-top: 0.7rem; font-size: 1.06rem; }
.card { padding: 1rem 1.2rem; background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; }
.card + .card { margin-top: 0.8rem; }
.card pre { margin-top: 0.6rem; }
.card pre + p { margin-top: 0.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin-top: 0.75rem; font-size: 0.94rem; }
dt { color: var(--faint); }
ul { padding: 0; list-style: none; }
li + li { margin-top: 0.3rem; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; border-style: hidden; box-shadow: 0 0 0 1px var(--line); font-size: 0.94rem; }
th, td { padding: 0.6rem 0.9rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 0.85rem; color: var(--faint); font-weight: 600; }
tbody th { width: 9.5rem; font-weight: 600; white-space: nowrap; }
tbody th span { display: inline-block; min-width: 1.1rem; color: var(--faint); font-weight: 400; }
.status { font-weight: 600; white-space: nowrap; }
details { border-top: 1px solid var(--line); padding: 0.6rem 0; }
details:last-of-type { border-bottom: 1px solid var(--line); }
details details { margin-left: 0.2rem; font-size: 0.94rem; }
summary { cursor: pointer; }
h2 + details, summary + * { margin-top: 0.5rem; }
summary h2 { display: inline; margin: 0; }
details > pre { margin: 0.6rem 0; }
.reasons li { padding-left: 1rem; text-indent: -1rem; font-size: 0.94rem; }
footer { margin-top: 2.5rem; font-size: 0.88rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 38rem) {
  body { padding: 1.4rem 1rem 3rem; }
  h1 { font-size: 1.3rem; }
  table, tbody, tr, th, td { display: block; width: auto; }
  thead { display: none; }
  tbody tr { padding: 0.7rem 0.9rem; border-top: 1px solid var(--line); }
  tbody tr:first-child { border-top: 0; }
  tbody th, td { padding: 0.15rem 0; border: 0; width: auto; }
  td::before { content: attr(data-host); display: block; font-size: 0.8rem; color: var(--faint); }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd + dt { margin-top: 0.4rem; }
}
@media print { body { max-width: none; padding: 0; } details > :not(summary) { display: block; } }
`
