import { createServer, type RequestListener } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { testToken } from '@chat-backend/testing';
import { closeAll, listening, nowhereAddresses, postJson, runGateway, type ListeningServer, type RunningGateway } from '../gateway.fixture';

afterAll(closeAll);

const body = () => ({ token: testToken(randomUUID()) });

const runBefore = (messagingUrls: readonly string[]): Promise<RunningGateway> =>
  runGateway({ env: { ...nowhereAddresses, MESSAGING_URL: messagingUrls.join(',') } });

/** A process of a service that is ready. */
const upstream = (listener: RequestListener): Promise<ListeningServer> => listening(createServer((request, response) => {
  if (request.url === '/readyz') response.end('{}');
  else listener(request, response);
}));
const callMessages = (gateway: RunningGateway) => postJson(gateway.url, 'get-messages', body());

const expectUnavailable = async (reply: Response): Promise<void> => {
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await reply.json()).toMatchObject({ success: false, code: 'UNAVAILABLE', requestId: expect.any(String) as string });
};

describe('a service in processes of its own', () => {
  it('that nobody serves is unavailable, and named in the readiness', async () => {
    const gateway = await runBefore(['http://127.0.0.1:9']);
    await expectUnavailable(await callMessages(gateway));
    expect(await gateway.service.notReady()).toContain('the messaging service does not answer');
  });

  it('that dies in a call is unavailable, and the call is not sent again', async () => {
    let calls = 0;
    const dying = await upstream((request) => {
      calls += 1;
      request.resume().once('end', () => { request.socket.destroy(); });
    });
    const gateway = await runBefore([dying.url, dying.url]);
    await expectUnavailable(await callMessages(gateway));
    expect(calls).toBe(1);
  });

  it('is called at another address where one takes no connection, and at each in turn', async () => {
    const seen: string[] = [];
    const named = (name: string) => upstream((_request, response) => {
      seen.push(name);
      response.setHeader('content-type', 'application/json').end('{}');
    });
    const [one, two] = [await named('one'), await named('two')];
    const gateway = await runBefore([one.url, 'http://127.0.0.1:9', two.url]);
    for (let call = 0; call < 6; call++) expect((await callMessages(gateway)).status).toBe(200);
    expect(seen).toHaveLength(6);
    expect(new Set(seen)).toEqual(new Set(['one', 'two']));
  });

  it('gets nothing new in a process that says that it leaves', async () => {
    const seen: string[] = [];
    const asked = new EventEmitter();
    let isLeaving = false;
    const named = (name: string) => listening(createServer((request, response) => {
      const isForReadiness = request.url === '/readyz';
      if (isForReadiness) asked.emit(name);
      else seen.push(name);
      response.writeHead(isForReadiness && name === 'one' && isLeaving ? 503 : 200, { 'content-type': 'application/json' }).end('{}');
    }));
    const [one, two] = [await named('one'), await named('two')];
    const gateway = await runBefore([one.url, two.url]);
    const callFour = async (): Promise<string[]> => {
      for (let call = 0; call < 4; call++) expect((await callMessages(gateway)).status).toBe(200);
      return [...new Set(seen.splice(0))].sort();
    };
    expect(await callFour()).toEqual(['one', 'two']);
    isLeaving = true;
    // It is asked again when what it said before is known.
    for (let time = 0; time < 2; time++) await once(asked, 'one');
    expect(await callFour()).toEqual(['two']);
  });

  it('has its reply cut where the service cuts it', async () => {
    const breaking = await upstream((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"success":', () => { request.socket.destroy(); });
    });
    const gateway = await runBefore([breaking.url]);
    await expect(callMessages(gateway).then((reply) => reply.text())).rejects.toThrow();
  });

  it('learns that the client has gone', async () => {
    const waiting = createServer();
    const asked = once(waiting, 'request') as Promise<Parameters<RequestListener>>;
    const slow = await listening(waiting);
    const gateway = await runBefore([slow.url]);
    const leaving = new AbortController();
    const call = fetch(`${gateway.url}/api/v1/get-messages`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body()), signal: leaving.signal,
    });
    const [, response] = await asked;
    const left = once(response, 'close');
    leaving.abort();
    await expect(call).rejects.toThrow();
    await left;
  });
});

describe('a drain', () => {
  it('waits for the call that is under way', async () => {
    const waiting = createServer();
    const asked = once(waiting, 'request') as Promise<Parameters<RequestListener>>;
    const slow = await listening(waiting);
    const gateway = await runBefore([slow.url]);
    const call = callMessages(gateway);
    const [, response] = await asked;
    let isDrained = false;
    const drained = gateway.service.drain().then(() => { isDrained = true; });
    await new Promise(setImmediate);
    expect(isDrained).toBe(false);
    response.end('{}');
    expect((await call).status).toBe(200);
    await drained;
  });
});
