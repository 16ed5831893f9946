import { failureSchema, findEndpoint, replySchema, type Endpoint } from '@chat-backend/contracts';

export interface Reply {
  status: number;
  body: Record<string, unknown>;
  headers: Headers;
}

export const endpointNamed = (name: string): Endpoint => {
  const endpoint = findEndpoint(name);
  if (endpoint === undefined) throw new Error(`${name} is not in the route table`);
  return endpoint;
};

/** `POST /api/v1/<name>`, whatever comes of it. */
export const post = async (url: string, name: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> => {
  const response = await fetch(`${url}/api/v1/${name}`, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() as Record<string, unknown>, headers: response.headers };
};

/** A call that must succeed, in the documented shape and words. */
export const succeed = async (url: string, name: string, body: object): Promise<Record<string, unknown>> => {
  const reply = await post(url, name, body);
  expect({ name, status: reply.status, body: reply.body }).toEqual({ name, status: 200, body: expect.objectContaining({ success: true }) });
  const parsed = replySchema(endpointNamed(name)).safeParse(reply.body);
  expect({ name, faults: parsed.error?.issues ?? [] }).toEqual({ name, faults: [] });
  return reply.body;
};

/** The same, for what it answers as `data`. */
export const succeedWith = async <Data>(url: string, name: string, body: object): Promise<Data> => (await succeed(url, name, body))['data'] as Data;

/** A call that must be refused, in the documented failure shape. */
export const refuse = async (url: string, name: string, body: unknown, status: number, code: string, headers: Record<string, string> = {}): Promise<Reply> => {
  const reply = await post(url, name, body, headers);
  expect({ name, status: reply.status, body: reply.body }).toEqual({ name, status, body: expect.objectContaining({ success: false, code }) });
  expect(failureSchema.safeParse(reply.body).error?.issues ?? []).toEqual([]);
  return reply;
};
