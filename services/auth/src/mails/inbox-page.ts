import { createHash } from 'node:crypto';
import { escapeHtml } from './escape-html';
import type { InboxMail } from './local-inbox';

const style = `
:root{color-scheme:light dark;--text:#1c1c28;--quiet:#55556a;--page:#f5f5f8;--card:#fff;--line:#d8d8e2;--link:#1a4fd6}
@media (prefers-color-scheme:dark){:root{--text:#ececf4;--quiet:#a9a9bd;--page:#15151d;--card:#20202b;--line:#3a3a49;--link:#8fb0ff}}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto}
h1{margin:0;font-size:1.5rem}
.quiet{color:var(--quiet)}
ol{list-style:none;margin:1.5rem 0 0;padding:0;display:grid;gap:1rem}
article{padding:1rem 1.25rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
h2{margin:0 0 .25rem;font-size:1.1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:.5rem 0}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
.code{font:bold 1.25rem ui-monospace,monospace;letter-spacing:.15em}
a{color:var(--link)}
a:focus-visible,summary:focus-visible{outline:3px solid var(--link);outline-offset:2px}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}
`;

/** The page runs no script and loads nothing; only its own style is let in. */
export const inboxPagePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** For a mail's own page: its style is in its attributes, and a link in it opens when it is clicked. Nothing is loaded and no script runs, whatever it says. */
export const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox allow-top-navigation-by-user-activation";

const refreshSeconds = 5;

const entry = (term: string, html: string): string => `<dt>${term}</dt><dd>${html}</dd>`;

const card = ({ id, to, subject, text, code, link, createdAt }: InboxMail): string => [
  `<li><article><h2>${escapeHtml(subject)}</h2><dl>`,
  entry('To', escapeHtml(to)),
  entry('Time', `<time datetime="${escapeHtml(createdAt)}">${escapeHtml(createdAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time>`),
  ...(code === undefined ? [] : [entry('Code', `<span class="code">${escapeHtml(code)}</span>`)]),
  ...(link === undefined ? [] : [entry('Link', `<a href="${escapeHtml(link)}" rel="noreferrer">${escapeHtml(link)}</a>`)]),
  `</dl><details><summary>Whole text</summary><pre>${escapeHtml(text)}</pre></details>`,
  `<a href="?mail=${encodeURIComponent(id)}">As mail programs show it</a></article></li>`,
].join('');

/** The inbox for people. It reloads itself unless asked not to, for those whom that disturbs. */
export const inboxPage = (mails: readonly InboxMail[], options: { refreshes: boolean }): string => [
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
  ...(options.refreshes ? [`<meta http-equiv="refresh" content="${refreshSeconds}">`] : []),
  `<title>Inbox (${mails.length})</title><style>${style}</style></head><body><main>`,
  '<h1>Inbox</h1><p class="quiet">Mails that this installation would have sent: no SMTP server is set. Only this machine sees them. ',
  options.refreshes
    ? `The page reloads every ${refreshSeconds} seconds; <a href="?refresh=off">stop that</a>.</p>`
    : 'The page stays as it is; <a href="?">reload it by itself</a>.</p>',
  mails.length === 0 ? '<p>No mail yet.</p>' : `<ol>${mails.map(card).join('')}</ol>`,
  '</main></body></html>',
].join('\n');
