import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { testToken } from '@chat-backend/testing';
import type { InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { connect, eventually, type TestPod } from '../realtime.fixture';
import { clientFrame } from './raw-client.fixture';

const sessionPath = '/socket.io/?EIO=4&transport=polling';
const evil = 'Origin: https://evil.example\r\n';
const upgradeOf = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: chat\r\n${headers}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`;

describe('a client that means no good', () => {
  let pod: TestPod;
  let messaging: InMemoryMessaging;
  const clients: Socket[] = [];
  const unheard = jest.fn();
  beforeEach(() => { process.on('unhandledRejection', unheard); });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });

  // After the hooks above: they let go of what it would wait for.
  podForEachTest({ env: { CORS_ORIGINS: 'https://app.example.com', RATE_LIMIT_FACTOR: '1' } }, (own) => { ({ pod, messaging } = own); });

  /** It keeps its end open whatever the other end does. */
  const dial = (): Socket => {
    const client = connectTcp({ port: Number(new URL(pod.url).port), host: '127.0.0.1', allowHalfOpen: true });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const answerTo = async (client: Socket, request: string): Promise<string> => {
    client.write(request);
    return String((await once(client, 'data') as [Buffer])[0]);
  };
  const openSession = async (): Promise<string> => (JSON.parse((await (await fetch(pod.url + sessionPath, { headers: { connection: 'close' } })).text()).slice(1)) as { sid: string }).sid;
  const nobodyIsHeld = () => eventually(async () => await pod.networkSockets() === 0, 'no connection is held');

  it('and asks for an upgrade before the answer to its poll ends its connection alone', async () => {
    const sid = await openSession();
    const client = dial();
    client.write(`GET ${sessionPath}&sid=${sid} HTTP/1.1\r\nHost: chat\r\n\r\n${upgradeOf('/socket.io/?EIO=4&transport=websocket', evil)}`);
    client.resume();
    await once(client, 'end');
    await connect(pod.url);
  });

  it.each([
    ['of a foreign page', '/socket.io/?EIO=4&transport=websocket', evil, 403], ['somewhere else', '/elsewhere', '', 404],
  ])('and does not close after an upgrade %s was refused is not held', async (_which, path, headers, status) => {
    for (let round = 0; round < 20; round += 1) {
      const client = dial();
      expect(await answerTo(client, upgradeOf(path, headers))).toContain(`HTTP/1.1 ${status} `);
      client.write('X');
    }
    await nobodyIsHeld();
  });

  it('and asks thousands of times to be let in is ended after ten', async () => {
    const sid = await openSession();
    const posted = await fetch(`${pod.url}${sessionPath}&sid=${sid}`, { method: 'POST', body: '40\x1e'.repeat(20_000).slice(0, -1) });
    await posted.text();
    expect((await fetch(`${pod.url}${sessionPath}&sid=${sid}`)).status).toBe(400);
    expect(await pod.context.metrics.metrics()).toContain('chat_realtime_limited_total{limit="connects"} 1');
  });

  it('and comes and goes on one connection does not have messaging asked each time', async () => {
    const client = dial();
    await answerTo(client, upgradeOf('/socket.io/?EIO=4&transport=websocket'));
    const token = JSON.stringify({ token: testToken('018f0000-0000-7000-8000-000000000001') });
    let heard = '';
    client.on('data', (chunk: Buffer) => { heard += chunk.toString('latin1'); });
    for (let times = 1; times <= 10; times += 1) {
      client.write(clientFrame(1, `40${token}`));
      await eventually(() => heard.split('40{"sid"').length > times, 'it is let in');
      client.write(clientFrame(1, '41'));
    }
    client.write(clientFrame(1, `40${token}`));
    await eventually(async () => (await pod.context.metrics.metrics()).includes('chat_realtime_limited_total{limit="connects"} 1'), 'it is ended');
    expect(messaging.callsOf('groups-of-users')).toHaveLength(10);
    await connect(pod.url);
  });

  it('and moves one session to a WebSocket again and again is refused', async () => {
    const path = `/socket.io/?EIO=4&transport=websocket&sid=${await openSession()}`;
    expect(await answerTo(dial(), upgradeOf(path))).toContain(' 101 ');
    const first = clients[0];
    first?.write(clientFrame(1, '2probe'));
    await once(first ?? dial(), 'data');
    for (let times = 0; times < 5; times += 1) expect(await answerTo(dial(), upgradeOf(path))).toContain(' 400 ');
    await eventually(async () => await pod.networkSockets() === 1, 'one is held');
  });
});
