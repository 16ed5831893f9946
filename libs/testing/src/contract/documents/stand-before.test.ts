import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accounts, asyncApiDocument, eventFailureExample, failureExample, openApiDocument, problemExample } from '@chat-backend/contracts';
import { post } from '../api-client';
import { judgeSession } from './judge-packets';
import { readServedDocuments } from './served-documents';
import { standBefore } from './stand-before';

interface Answer { status: number; type?: string; body: object }

const json = 'application/json';
const success = { success: true, message: accounts.logout.message };

/** A product that serves the documents, and answers every call with what it is told. */
let answer: Answer = { status: 200, body: success };
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const document = request.url === '/openapi.json' ? openApiDocument() : request.url === '/asyncapi.json' ? asyncApiDocument() : undefined;
    const { status, type = json, body } = document === undefined ? answer : { status: 200, body: document };
    request.resume().once('end', () => { response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body)); });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // Comparing takes longer than connections are kept by default.
  server.keepAliveTimeout = 0;
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => { server.close(); server.closeAllConnections(); });

describe('who stands before a product', () => {
  const judged = async (given: Answer, name = 'logout'): Promise<void> => {
    answer = given;
    const guard = await standBefore('a test', url);
    await post(await guard.before(url), name, {});
    await guard.close();
  };

  it.each<[string, Answer]>([
    ['a success', { status: 200, body: success }],
    ['a refusal that is declared', { status: 401, body: failureExample('TOKEN_MISSING') }],
    ['a refusal as RFC 9457', { status: 401, type: 'application/problem+json', body: problemExample('TOKEN_MISSING') }],
  ])('lets %s pass', async (_what, given) => { await judged(given); });

  it.each<[string, Answer]>([
    ['a status that is not declared', { status: 201, body: success }],
    ['a code that is not declared for the call', { status: 409, body: failureExample('EMAIL_TAKEN') }],
    ['a code under the status of another', { status: 403, body: failureExample('TOKEN_MISSING') }],
    ['a field that is not declared', { status: 200, body: { ...success, extra: 1 } }],
    ['a field that is not declared in a refusal', { status: 401, body: { ...failureExample('TOKEN_MISSING'), stack: '' } }],
    ['a field that is missing', { status: 200, body: { success: true } }],
    ['another message', { status: 200, body: { ...success, message: 'done' } }],
    ['a type that is not declared', { status: 200, type: 'text/plain', body: success }],
  ])('fails for %s', async (_what, given) => { await expect(judged(given)).rejects.toThrow('undocumented'); });

  it('fails for a success of a call that there is not', async () => { await expect(judged({ status: 200, body: success }, 'unknown')).rejects.toThrow('undocumented'); });
});

describe('what is said over a socket', () => {
  const draining = '42["serverDraining",{"reconnectAfterMs":5}]';
  const faultsOf = async (fromServer: string, fromClient?: string): Promise<(string | undefined)[]> => {
    const faults: (string | undefined)[] = [];
    const session = judgeSession(await readServedDocuments(url), (_operation, fault) => { faults.push(fault); });
    if (fromClient !== undefined) session.fromClient(fromClient);
    session.fromServer(fromServer);
    return faults;
  };
  const refusal = (code: 'NOT_FRIENDS' | 'EMAIL_TAKEN' | 'ENDPOINT_NOT_FOUND'): string => JSON.stringify(eventFailureExample(code));

  it.each([
    ['a push', draining, undefined],
    ['an acknowledgement', '437[{"expiresIn":5}]', '427["auth:refresh",{"token":"x"}]'],
    ['a refusal that is declared', `437[${refusal('NOT_FRIENDS')}]`, '427["sendMessage",{}]'],
    ['a refusal of an unknown event', `437[${refusal('ENDPOINT_NOT_FOUND')}]`, '427["nonsense"]'],
    ['a connection', '40{"sid":"x"}', '40{"token":"x"}'],
  ])('is let pass: %s', async (_what, fromServer, fromClient) => { expect(await faultsOf(fromServer, fromClient)).toEqual([undefined]); });

  it.each([
    ['an event that is not declared', '42["surprise",{}]', undefined],
    ['a push with a field more', draining.replace('}', ',"extra":1}'), undefined],
    ['a push with two arguments', draining.replace('}]', '},1]'), undefined],
    ['an acknowledgement of nothing', '437[{"expiresIn":5}]', undefined],
    ['an acknowledgement of another event', '437[{"expiresIn":5}]', '427["sync",{}]'],
    ['an acknowledgement without an argument', '437[]', '427["auth:refresh",{"token":"x"}]'],
    ['a refusal that is not declared', `437[${refusal('EMAIL_TAKEN')}]`, '427["sendMessage",{}]'],
    ['a connection without its id', '40{}', '40{"token":"x"}'],
    ['a packet that is none', '42{', undefined],
  ])('fails: %s', async (_what, fromServer, fromClient) => { expect(await faultsOf(fromServer, fromClient)).toEqual([expect.any(String)]); });
});
