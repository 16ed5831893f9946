import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { closeAll, listening } from '../gateway.fixture';
import { securityHeaders } from './security-headers';
import { serveWebClient } from './serve-web-client';

const folder = mkdtempSync(join(tmpdir(), 'web-client-'));
const index = '<html data-inbox="__INBOX__"><script nonce="__NONCE__" src="./web/index-1a2b.js"></script><meta nonce="__NONCE__"></html>';

const serve = async (options: { isBuilt: boolean; hasInbox?: boolean }): Promise<string> => {
  const app = express();
  app.use(securityHeaders);
  serveWebClient(app, { folder: options.isBuilt ? folder : join(folder, 'nowhere'), publicUrl: 'https://chat.example', hasInbox: options.hasInbox ?? false });
  app.use((_request, response) => { response.status(404).json({ code: 'ENDPOINT_NOT_FOUND' }); });
  return (await listening(createServer(app))).url;
};
const policyOf = (reply: Response): string => reply.headers.get('content-security-policy') ?? '';

beforeAll(() => {
  mkdirSync(join(folder, 'web'));
  writeFileSync(join(folder, 'index.html'), index);
  writeFileSync(join(folder, 'web/index-1a2b.js'), 'export {};');
  writeFileSync(join(folder, 'mark.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
});
afterAll(async () => {
  await closeAll();
  rmSync(folder, { recursive: true });
});

describe('the web client', () => {
  it('is at /, and asked for anew each time; what its build named by its content is kept for ever', async () => {
    const url = await serve({ isBuilt: true });
    const page = await fetch(url);
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const script = await fetch(`${url}/web/index-1a2b.js`);
    expect([script.status, script.headers.get('cache-control'), script.headers.get('content-type')]).toEqual([200, 'public, max-age=31536000, immutable', 'text/javascript; charset=utf-8']);
    expect((await fetch(`${url}/mark.svg`)).headers.get('content-type')).toBe('image/svg+xml');
  });

  it('runs under a policy with a nonce of this visit, and nothing inline beside it', async () => {
    const url = await serve({ isBuilt: true });
    const [first, second] = [await fetch(url), await fetch(url)];
    const nonce = /'nonce-([^']+)'/.exec(policyOf(first))?.[1];
    const page = await first.text();
    expect(page.split(`nonce="${nonce ?? ''}"`)).toHaveLength(3);
    expect(page).not.toContain('__');
    expect(policyOf(second)).not.toBe(policyOf(first));
    expect(policyOf(first)).not.toContain('unsafe');
    for (const part of ["default-src 'none'", "script-src 'self';", "connect-src 'self'", "frame-ancestors 'none'", 'https:']) expect(policyOf(first)).toContain(part);
  });

  it.each(['/verify-email?token=of-the-mail', '/reset-password?token=of-the-mail'])('is what the mails link to, and %s is kept nowhere', async (path) => {
    const reply = await fetch(await serve({ isBuilt: true }) + path);
    expect([reply.status, reply.headers.get('cache-control'), reply.headers.get('referrer-policy')]).toEqual([200, 'no-store', 'no-referrer']);
    expect(await reply.text()).not.toContain('of-the-mail');
  });

  it.each(['/chats', '/api/v1/unknown', '/livez', '/web', '/web/', '/web/missing.js', '/web/..%2findex.html', '/index.html'])('hides no other path: %s is not its own', async (path) => {
    expect((await fetch(await serve({ isBuilt: true }) + path)).status).toBe(404);
  });

  it.each([[true, 'data-inbox="inbox"'], [false, 'data-inbox=""']])('knows whether mails wait in the inbox: %s', async (hasInbox, attribute) => {
    expect(await (await fetch(await serve({ isBuilt: true, hasInbox }))).text()).toContain(attribute);
  });
});

describe('where the web client is not built', () => {
  it.each(['/', '/verify-email?token=of-the-mail'])('%s says so, and shows the way to what there is', async (path) => {
    const reply = await fetch(await serve({ isBuilt: false, hasInbox: true }) + path);
    const page = await reply.text();
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([503, 'no-store']);
    expect(page).toContain('npm run build');
    for (const link of ['docs', 'openapi.json', 'asyncapi.json', 'readyz', 'inbox']) expect(page).toContain(`href="${link}"`);
  });

  it('names no inbox where there is none', async () => {
    expect(await (await fetch(await serve({ isBuilt: false }))).text()).not.toContain('href="inbox"');
  });
});
