import { apiPrefix, asyncApiDocument, connectionLimits, errorCodes, eventRates, openApiDocument, routeTable, socketEvents } from '@chat-backend/contracts';
import { createServer, request } from 'node:http';
import { createTestContext } from '@chat-backend/testing';
import { closeAll, createBackend, listening, nowhereAddresses, runGateway, runMounted, type RunningGateway, type Seen } from '../gateway.fixture';

afterAll(closeAll);

describe('the pages', () => {
  let gateway: RunningGateway;
  beforeAll(async () => { gateway = await runMounted(); });
  const text = async (path: string) => (await fetch(gateway.url + path)).text();

  it.each(['/docs'])('%s works under its own policy: nothing inline, nothing from elsewhere', async (path) => {
    const reply = await fetch(gateway.url + path);
    const page = await reply.text();
    expect(reply.headers.get('content-type')).toContain('text/html');
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(reply.headers.get('content-security-policy')).not.toContain('unsafe');
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
    const loaded = [...page.matchAll(/(?:<link [^>]*href|<script [^>]*src)="([^"]+)"/g)].map(([, address]) => address ?? '');
    for (const address of loaded.filter((name) => !name.startsWith('data:'))) {
      expect(address).not.toMatch(/^(\w+:|\/)/);
      expect((await fetch(new URL(address, gateway.url))).status).toBe(200);
    }
  });

  it('have every call, event and code in the reference, and every link leads somewhere', async () => {
    const page = await text('/docs');
    for (const { name, summary } of routeTable) {
      expect(page).toContain(`<code>POST ${apiPrefix}/${name}</code>`);
      expect(page).toContain(summary.replaceAll("'", '&#39;'));
    }
    for (const name of [...Object.keys(socketEvents.fromClient), ...Object.keys(socketEvents.fromServer)]) expect(page).toContain(`id="event-${name}"`);
    for (const code of Object.keys(errorCodes)) expect(page).toContain(`id="code-${code}"`);
    for (const [name, { atOnce }] of Object.entries(eventRates)) expect(page).toContain(`<td><code>${name}</code></td><td>${atOnce}</td>`);
    for (const most of [connectionLimits.handshakes.calls, connectionLimits.atOncePerAddress, connectionLimits.atOncePerUser]) expect(page).toContain(`<td>${most}</td>`);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
    expect(page).not.toMatch(/undefined|\[object/);
  });

  it('serve the documents', async () => {
    expect(JSON.parse(await text('/openapi.json'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
    expect(JSON.parse(await text('/asyncapi.json'))).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
  });
});

describe('the inbox', () => {
  const get = (url: string, headers: Record<string, string> = {}) => new Promise<{ status: number; body: string }>((resolve, reject) => {
    request(`${url}/inbox.json?to=user`, { headers }, (reply) => {
      reply.toArray().then((chunks) => { resolve({ status: reply.statusCode ?? 0, body: Buffer.concat(chunks as Buffer[]).toString() }); }, reject);
    }).on('error', reject).end();
  });

  it.each([['mounted', false], ['proxied', true]])('is handed to auth for this machine alone (%s)', async (_shape, isProxied) => {
    const backend = createBackend('auth', createTestContext(undefined));
    const auth = await listening(createServer(backend.app));
    const gateway = isProxied ? await runGateway({ env: { ...nowhereAddresses, AUTH_URL: auth.url, TRUST_PROXY: '1' } }) : await runMounted();
    const served = await get(gateway.url);
    expect(JSON.parse(served.body)).toMatchObject({ service: 'auth', method: 'GET', path: '/inbox.json' });
    expect((JSON.parse(served.body) as Seen).headers['x-forwarded-for']).toBeUndefined();
    for (const headers of [{ 'x-forwarded-for': '127.0.0.1' }, { host: 'evil.example.com' }]) {
      expect(await get(gateway.url, headers)).toMatchObject({ status: 404, body: expect.stringContaining('ENDPOINT_NOT_FOUND') as string });
    }
  });
});
