/** The one style sheet of the gateway's pages. */
export const style = `:root {
  --text: #1c2024; --quiet: #5c6570; --ground: #fff; --raised: #f5f7f9; --line: #d9dee3; --accent: #0b62c4; --good: #18794e; --bad: #c62a2f;
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--text); background: var(--ground);
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e7eaee; --quiet: #9aa4af; --ground: #111418; --raised: #1a1f25; --line: #303841; --accent: #70b0ff; --good: #4cc38a; --bad: #ff8589; }
}
* { box-sizing: border-box; }
body { margin: 0; }
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1.25rem 5rem; }
h1 { line-height: 1.2; margin: 1rem 0; }
h2 { margin-top: 3rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
h3 { margin-top: 2.5rem; }
a { color: var(--accent); }
p.quiet, .quiet { color: var(--quiet); }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { background: var(--raised); padding: .1em .35em; border-radius: 4px; overflow-wrap: anywhere; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; }
pre code { background: none; padding: 0; }
.table { overflow-x: auto; }
td:first-child code { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--quiet); }
nav ul { list-style: none; padding: 0; columns: 3 13rem; margin: .3rem 0 1.2rem; }
.badge { font-size: .8rem; border: 1px solid var(--line); border-radius: 999px; padding: .1rem .6rem; color: var(--quiet); white-space: nowrap; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 0 1rem; }
.card { max-width: 26rem; margin: 12vh auto 0; padding: 2rem; border: 1px solid var(--line); border-radius: 12px; background: var(--raised); }
.card h1 { margin-top: 0; font-size: 1.5rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: 8px; padding: .55rem .7rem; }
button { width: 100%; margin-top: 1.25rem; font: inherit; font-weight: 600; color: var(--ground); background: var(--accent); border: 0; border-radius: 8px; padding: .65rem; cursor: pointer; }
button:disabled { opacity: .6; cursor: default; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
output { display: block; margin-top: 1rem; font-weight: 600; }
output.good { color: var(--good); }
output.bad { color: var(--bad); }
[hidden] { display: none !important; }
[id] { scroll-margin-top: 9rem; }
#tools { position: sticky; top: 0; z-index: 1; background: var(--ground); border-bottom: 1px solid var(--line); padding: .5rem 0; }
#tools label { margin-top: 0; font-size: .875rem; }
#tools p { margin: .4rem 0 0; font-size: .875rem; }
#tools output { display: inline; margin: 0; }
textarea { width: 100%; font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: 8px; padding: .55rem .7rem; resize: vertical; }
.try { border-left: 3px solid var(--accent); padding-left: 1rem; margin: 1rem 0; }
.try button, #tools button, #socket button { width: auto; margin-top: .5rem; padding: .4rem 1rem; }
.try pre { max-height: 24rem; overflow-y: auto; font-weight: 400; color: var(--text); }
.good { color: var(--good); }
.bad { color: var(--bad); }
#socket-log { list-style: none; padding: 0; max-height: 20rem; overflow-y: auto; }
#socket-log li { white-space: pre-wrap; overflow-wrap: anywhere; font: .8rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; border-bottom: 1px solid var(--line); padding: .3rem 0; }
@media (max-width: 40rem) { #tools p { max-height: 3.2rem; overflow: hidden; } [id] { scroll-margin-top: 10rem; } th, td, td:first-child code { white-space: normal; overflow-wrap: anywhere; } }
`;
