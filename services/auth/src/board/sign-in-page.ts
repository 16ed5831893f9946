import { createHash } from 'node:crypto';

const style = `
:root{color-scheme:light dark;--text:#1c1c28;--page:#f5f5f8;--card:#fff;--line:#8a8a9c;--link:#1a4fd6;--on-link:#fff;--wrong:#a8071a}
@media (prefers-color-scheme:dark){:root{--text:#ececf4;--page:#15151d;--card:#20202b;--line:#77778c;--link:#8fb0ff;--on-link:#15151d;--wrong:#ff9c9c}}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:10vh auto 0;padding:1.5rem;background:var(--card);border-radius:.5rem}
h1{margin:0 0 1rem;font-size:1.25rem}
label,input,button{display:block;width:100%;font:inherit}
input,button{margin-top:.5rem;padding:.5rem .75rem;border:1px solid var(--line);border-radius:.375rem}
button{margin-top:1rem;background:var(--link);border-color:var(--link);color:var(--on-link);cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.wrong{color:var(--wrong)}
`;

/** The page runs no script and loads nothing; its form leads to this server alone. */
export const signInPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

export const signInPage = ({ isWrong }: { isWrong: boolean }): string => [
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
  `<title>Queue board</title><style>${style}</style></head><body><main><h1>Queue board</h1>`,
  ...(isWrong ? ['<p class="wrong" role="alert">This is not the operator\'s token.</p>'] : []),
  '<form method="post" action="/board/sign-in"><label for="token">Operator\'s token (OPERATOR_TOKEN)</label>',
  '<input id="token" name="token" type="password" autocomplete="current-password" required autofocus><button>Open the board</button></form>',
  '</main></body></html>',
].join('\n');
