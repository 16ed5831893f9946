import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Refusal } from '@chat-backend/service-kit';
import { testToken } from '@chat-backend/testing';
import { createInMemoryMessaging, createGate, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest } from '../pod-for-each-test.fixture';
import { closeClients, connect, eventually, openSocket, refusal, startPod, type TestPod } from '../realtime.fixture';
import { clientFrame, connectAndStopReading } from './raw-client.fixture';

describe('a connection', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  podForEachTest({ env: { CORS_ORIGINS: 'https://app.example.com' } }, (own) => { ({ messaging, pod } = own); });

  it.each([
    ['no token', () => ({}), 'TOKEN_MISSING', 'A token is required'],
    ['a token that is not text', () => ({ token: { a: 1 } }), 'TOKEN_INVALID', 'The token is not valid'],
    ['nonsense', () => ({ token: 'nonsense' }), 'TOKEN_INVALID', 'The token is not valid'],
    ['an expired token', () => ({ token: testToken(randomUUID(), { livesSeconds: -1 }) }), 'TOKEN_EXPIRED', 'The token has expired'],
    ['a token of another purpose', () => ({ token: testToken(randomUUID(), { purpose: 'reset' }) }), 'WRONG_TOKEN_PURPOSE', 'The token is not good for this call'],
  ])('is refused with %s', async (_name, auth, code, message) => {
    expect(await refusal(pod.url, auth())).toEqual({ code, message });
  });

  it('is refused for a session that has ended', async () => {
    const sessionId = randomUUID();
    await pod.context.events.publish('session.revoked', { sessionIds: [sessionId] });
    expect(await refusal(pod.url, { token: testToken(randomUUID(), { sessionId }) })).toMatchObject({ code: 'SESSION_REVOKED' });
  });

  it('is refused while its groups cannot be known', async () => {
    messaging.before = ({ name }) => { if (name === 'groups-of-users') throw new Refusal('UNAVAILABLE'); };
    expect(await refusal(pod.url, { token: testToken(randomUUID()) })).toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('waits until it is known which sessions ended, and so does readiness', async () => {
    const late = createInMemoryMessaging();
    const [gate, sessionId] = [createGate(), randomUUID()];
    late.revoked.push(sessionId);
    late.before = ({ name }) => (name === 'revoked-since' ? gate.pass() : undefined);
    const other = await startPod({ internal: late });
    expect(await other.service.notReady()).toEqual(['auth has not told yet which sessions ended']);
    const socket = openSocket(other.url, { auth: { token: testToken(randomUUID(), { sessionId }) } });
    const answer = new Promise((resolve) => { socket.once('connect', () => { resolve('let in'); }).once('connect_error', (error: Error & { data?: unknown }) => { resolve(error.data); }); });
    await new Promise<void>((resolve) => { socket.io.once('open', resolve); });
    // Another connection is made whole in the meantime, where nothing has to be waited for.
    await connect(pod.url);
    gate.open();
    expect(await answer).toMatchObject({ code: 'SESSION_REVOKED' });
    expect(await other.service.notReady()).toEqual([]);
    await other.stop();
  });

  it('has an id that begins with the tag of the gateway', async () => {
    const handshake = async (headers: Record<string, string>): Promise<string> => {
      const text = await (await fetch(`${pod.url}/socket.io/?EIO=4&transport=polling`, { headers })).text();
      return (JSON.parse(text.slice(1)) as { sid: string }).sid;
    };
    expect(await handshake({ 'x-realtime-tag': '0a1b2c3d' })).toMatch(/^0a1b2c3d\.[\w-]{20}$/);
    expect(await handshake({ 'x-realtime-tag': 'not a tag' })).toMatch(/^[\w-]{20}$/);
    expect(await handshake({})).toMatch(/^[\w-]{20}$/);
  });

  it('is never sniffed: what polling is answered says so', async () => {
    const open = await fetch(`${pod.url}/socket.io/?EIO=4&transport=polling`);
    const { sid } = JSON.parse((await open.text()).slice(1)) as { sid: string };
    const posted = await fetch(`${pod.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: 'POST', body: '40{}' });
    const polled = await fetch(`${pod.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`);
    expect([open, posted, polled].map(({ headers }) => headers.get('x-content-type-options'))).toEqual(['nosniff', 'nosniff', 'nosniff']);
  });

  it('is open to pages of the configured origins', async () => {
    const allowed = async (origin: string): Promise<string | null> =>
      (await fetch(`${pod.url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await allowed('https://app.example.com')).toBe('https://app.example.com');
    expect(await allowed('https://evil.example.com')).toBeNull();
  });

  it('ends when a frame is too large, and serves neither its client nor what is not its own', async () => {
    const { socket } = await connect(pod.url);
    const ended = new Promise((resolve) => { socket.once('disconnect', resolve); });
    socket.emit('sendMessage', 'x'.repeat(70 * 1024));
    expect(await ended).toBe('transport close');
    const replies = await Promise.all(['/socket.io/socket.io.js', '/api/v1/login'].map((path) => fetch(pod.url + path)));
    expect(replies.map(({ status }) => status)).toEqual([400, 404]);
  });

  it('that breaks is not taken up again: who comes back is new, and asks for what it missed', async () => {
    const [away, sender] = [await connect(pod.url), await connect(pod.url)];
    await sender.send(away.userId, 'before');
    await away.receive(1);
    away.socket.io.engine.close();
    await sender.send(away.userId, 'meanwhile');
    const cameBack = new Promise((resolve) => { away.socket.once('connect', () => { resolve(away.socket.recovered ?? false); }); });
    away.socket.connect();
    expect(await cameBack).toBe(false);
    await sender.send(away.userId, 'afterwards');
    expect((await away.receive(2)).map(({ message }) => message)).toEqual(['before', 'afterwards']);
  });

  it('counts in the metrics', async () => {
    const sender = await connect(pod.url);
    await sender.send(randomUUID(), 'hello');
    const text = await pod.context.metrics.metrics();
    expect(text).toContain('chat_realtime_connections 1');
    expect(text).toContain('chat_realtime_acknowledgements_total{outcome="stored"} 1');
    expect(text).toContain('chat_realtime_batch_messages_count 1');
  });
});

describe('a drain', () => {
  afterEach(closeClients);

  it('finishes what is under way, tells when to come back, and ends every connection so that clients return by themselves', async () => {
    const messaging = createInMemoryMessaging();
    const pod = await startPod({ internal: messaging });
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'send-batch' ? gate.pass() : undefined);
    const sender = await connect(pod.url);
    const others = await Promise.all([connect(pod.url), connect(pod.url, { transports: ['polling'] })]);
    const all = [sender, ...others];
    const hints = all.map((client) => client.next('serverDraining'));
    const reasons = all.map(({ socket }) => new Promise((resolve) => { socket.once('disconnect', resolve); }));
    const underWay = sender.send(randomUUID(), 'under way');
    await eventually(() => messaging.callsOf('send-batch').length === 1, 'under way');
    const drained = pod.service.drain();
    expect(await pod.service.notReady()).toEqual(['draining']);
    expect(await sender.send(randomUUID(), 'too late')).toMatchObject({ success: false, code: 'UNAVAILABLE' });
    const newcomer = openSocket(pod.url, { auth: { token: testToken(randomUUID()) } });
    const refused = new Promise((resolve) => { newcomer.once('connect_error', (error: Error & { data?: unknown }) => { resolve(error.data); }); });
    expect(await refused).toBeUndefined();
    expect(newcomer.active).toBe(true);
    gate.open();
    expect(await underWay).toMatchObject({ seq: 1 });
    for (const hint of await Promise.all(hints)) expect(hint).toEqual({ reconnectAfterMs: expect.any(Number) as number });
    for (const reason of await Promise.all(reasons)) expect(reason).not.toBe('io server disconnect');
    await drained;
    expect(messaging.outbox.size).toBe(0);
    await pod.service.close();
    expect((await fetch(`${pod.url}/anything`)).status).toBe(404);
    await pod.stop();
  });

  it('ends connections too that have not entered, or have left and stay open', async () => {
    const messaging = createInMemoryMessaging();
    const pod = await startPod({ internal: messaging });
    const hasLeft = await connectAndStopReading(pod.url);
    hasLeft.socket.write(clientFrame(1, '41'));
    const gate = createGate();
    messaging.after = ({ name }) => (name === 'groups-of-users' ? gate.pass() : undefined);
    const entering = openSocket(pod.url, { auth: { token: testToken(randomUUID()) } });
    const closed = new Promise((resolve) => { entering.io.once('close', resolve); });
    await eventually(() => messaging.callsOf('groups-of-users').length === 2, 'it is entering');
    await pod.service.drain();
    await closed;
    hasLeft.socket.resume();
    await once(hasLeft.socket, 'close');
    gate.open();
    expect(await pod.networkSockets()).toBe(0);
    await pod.stop();
  });
});
