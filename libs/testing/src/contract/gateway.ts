import { failureSchema, routeTable } from '@chat-backend/contracts';
import type { CurrentShape } from './shape';

/** What the gateway answers beside the calls. */
export const describeGateway = (shape: CurrentShape): void => {
  const ask = (path: string, options: RequestInit = {}): Promise<Response> => fetch(shape().url + path, options);

  it.each(['/livez', '/readyz', '/healthz'])('%s', async (path) => {
    expect((await ask(path)).status).toBe(200);
  });

  it('/openapi.json names every endpoint, /asyncapi.json both events', async () => {
    const { paths } = await (await ask('/openapi.json')).json() as { paths: object };
    const named = Object.keys(paths).map((path) => path.split('/').at(-1));
    expect(named).toEqual(expect.arrayContaining(routeTable.map(({ name }) => name)));
    const events = JSON.stringify(await (await ask('/asyncapi.json')).json());
    expect(events).toContain('sendMessage');
    expect(events).toContain('newMessage');
  });

  it.each(['/', '/docs'])('%s is a page', async (path) => {
    const response = await ask(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  });

  it.each([
    ['an unknown endpoint', '/api/v1/unknown', { method: 'POST' }, 404, 'ENDPOINT_NOT_FOUND'],
    ['an internal call', '/internal/send-batch', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }, 404, 'ENDPOINT_NOT_FOUND'],
    ['metrics', '/metrics', {}, 404, 'ENDPOINT_NOT_FOUND'],
    ['GET in place of POST', '/api/v1/login', {}, 405, 'METHOD_NOT_ALLOWED'],
  ])('%s is refused as JSON', async (_what, path, options, status, code) => {
    const response = await ask(path, options);
    const body: unknown = await response.json();
    expect({ status: response.status, body }).toMatchObject({ status, body: { code } });
    expect(failureSchema.safeParse(body).success).toBe(true);
  });

  it('who asks for problem+json gets RFC 9457', async () => {
    const response = await ask('/api/v1/get-all-friends', { method: 'POST', headers: { accept: 'application/problem+json' } });
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 401, code: 'TOKEN_MISSING', title: expect.any(String) as string });
  });

  it('a request keeps its id, and gets one where it has none', async () => {
    const response = await ask('/api/v1/get-all-friends', { method: 'POST' });
    const { requestId } = await response.json() as { requestId: string };
    expect(requestId).toMatch(/\S{8,}/);
    expect(response.headers.get('x-request-id')).toBe(requestId);
  });
};
