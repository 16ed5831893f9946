import { randomUUID } from 'node:crypto';
import type { BatchEntry } from '@chat-backend/contracts';
import { Refusal } from '@chat-backend/service-kit';
import { testToken } from '@chat-backend/testing';
import { createGate, type InMemoryMessaging } from '../in-memory-messaging.fixture';
import { podForEachTest, type OwnPod } from '../pod-for-each-test.fixture';
import { connect, eventually, settled, type TestPod } from '../realtime.fixture';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('sendMessage', () => {
  let messaging: InMemoryMessaging;
  let pod: TestPod;
  let startAnew: OwnPod['startAnew'];
  podForEachTest({}, (own) => { ({ messaging, pod, startAnew } = own); });

  const batches = (): BatchEntry[][] =>
    messaging.calls.flatMap((call) => (call.name === 'send-batch' && call.request.entries.length > 0 ? [call.request.entries] : []));

  it('is acknowledged after messaging has stored it, and not before', async () => {
    const gate = createGate();
    messaging.after = ({ name }) => (name === 'send-batch' ? gate.pass() : undefined);
    const sender = await connect(pod.url);
    const to = randomUUID();
    let acknowledged: unknown;
    const sending = sender.send(to, 'hello').then((reply) => { acknowledged = reply; });
    await eventually(() => messaging.bodies().length === 1, 'stored');
    await new Promise((resolve) => { setImmediate(resolve); });
    expect(acknowledged).toBeUndefined();
    gate.open();
    await sending;
    expect(acknowledged).toEqual({
      to, from: sender.userId, id: expect.any(String) as string, seq: 1, createdAt: expect.any(String) as string, clientMessageId: expect.stringMatching(uuid) as string,
    });
  });

  it('keeps the clientMessageId that it is given', async () => {
    const clientMessageId = randomUUID();
    expect(await (await connect(pod.url)).send(randomUUID(), 'hello', { clientMessageId })).toMatchObject({ clientMessageId, seq: 1 });
  });

  it('goes in batches: what arrives while one is under way is the next one', async () => {
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'send-batch' && batches().length === 1 ? gate.pass() : undefined);
    const sender = await connect(pod.url);
    const to = randomUUID();
    const first = sender.send(to, '0');
    await eventually(() => batches().length === 1, 'the first batch');
    const others = Array.from({ length: 20 }, (_, index) => sender.send(to, String(index + 1)));
    const other = await connect(pod.url);
    const last = other.send(to, 'another socket');
    await other.send(to, 'refused', { messageType: 'SMOKE' });
    gate.open();
    await Promise.all([first, last, ...others]);
    expect(batches().map((batch) => batch.length)).toEqual([1, 21]);
  });

  describe('after a batch of several', () => {
    /** Longer than the test may take: what waits for it has not been answered at its end. */
    const farAwayMs = 60_000;
    const startGathering = async (gatherMs: number) => {
      pod = await startAnew({ gatherMs });
      const sender = await connect(pod.url);
      const to = randomUUID();
      const sendMany = (count: number) => Promise.all(Array.from({ length: count }, () => sender.send(to, 'x')));
      return { sender, sendMany };
    };
    const sizes = () => batches().map((batch) => batch.length);

    it('waits a moment for more, so that they go together', async () => {
      const { sender, sendMany } = await startGathering(250);
      await sendMany(2);
      const first = sendMany(1);
      // Its answer comes after the message before it was taken.
      await settled(sender);
      await Promise.all([first, sendMany(1)]);
      expect(sizes()).toEqual([2, 2]);
    });

    it('does not wait when a hundred are there, nor after a batch of one', async () => {
      const { sendMany } = await startGathering(farAwayMs);
      for (const count of [1, 1, 2, 100]) await sendMany(count);
      expect(sizes()).toEqual([1, 1, 2, 100]);
    });
  });

  it.each([
    ['no payload', [], ['body']],
    ['text', ['hello'], ['body']],
    ['null', [null], ['body']],
    ['a list', [[]], ['body']],
    ['an empty object', [{}], ['to', 'chatType', 'message', 'messageType']],
    ['a wrong type', [{ to: randomUUID(), chatType: 'friend', message: 5, messageType: 'TEXT' }], ['message']],
    ['NUL', [{ to: randomUUID(), chatType: 'friend', message: 'a\0b', messageType: 'TEXT' }], ['message']],
    ['too long', [{ to: randomUUID(), chatType: 'friend', message: 'x'.repeat(8193), messageType: 'TEXT' }], ['message']],
    ['bytes', [Buffer.from('hello')], ['to', 'chatType', 'message', 'messageType']],
    ['an argument too many', [{ to: randomUUID(), chatType: 'friend', message: 'a', messageType: 'TEXT' }, 'not a function'], ['acknowledgement']],
  ])('refuses %s with INVALID_REQUEST and stores nothing', async (_name, given, faulty) => {
    const sender = await connect(pod.url);
    const reply = await sender.socket.emitWithAck('sendMessage', ...given) as { errors: { field: string }[] };
    expect(reply).toMatchObject({ success: false, code: 'INVALID_REQUEST', message: 'A field is missing or wrong' });
    expect(reply.errors.map(({ field }) => field)).toEqual(faulty);
    expect(batches()).toEqual([]);
  });

  it('is stored without a callback too; a failure then comes as sendMessageFailed', async () => {
    const sender = await connect(pod.url);
    const payload = { to: randomUUID(), chatType: 'friend', message: 'hello', messageType: 'TEXT' };
    sender.socket.emit('sendMessage', payload);
    sender.socket.emit('sendMessage', payload, undefined);
    await eventually(() => messaging.bodies().length === 2, 'stored');
    const clientMessageId = randomUUID();
    const failed = sender.next('sendMessageFailed');
    sender.socket.emit('sendMessage', { ...payload, message: '', clientMessageId });
    expect(await failed).toMatchObject({ success: false, code: 'INVALID_REQUEST', clientMessageId });
    messaging.refuse = () => 'NOT_FRIENDS';
    const refused = sender.next('sendMessageFailed');
    sender.socket.emit('sendMessage', { ...payload, clientMessageId });
    expect(await refused).toEqual({ success: false, code: 'NOT_FRIENDS', message: 'Only friends may message each other', clientMessageId });
  });

  it('refuses an acknowledgement that is not a function by an event', async () => {
    const sender = await connect(pod.url);
    const failed = sender.next('sendMessageFailed');
    sender.socket.emit('sendMessage', { to: randomUUID(), chatType: 'friend', message: 'a', messageType: 'TEXT' }, 7);
    expect(await failed).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'acknowledgement', message: 'must be a function' }] });
  });

  it('refuses events that do not exist, and survives those with a meaning of their own', async () => {
    const sender = await connect(pod.url);
    expect(await sender.socket.emitWithAck('sendMesage', {})).toMatchObject({ success: false, code: 'ENDPOINT_NOT_FOUND' });
    const failed = sender.next('eventFailed');
    sender.socket.emit('error', 'boom');
    expect(await failed).toMatchObject({ success: false, code: 'ENDPOINT_NOT_FOUND', event: 'error' });
    expect(await sender.send(randomUUID(), 'still here')).toMatchObject({ seq: 1 });
  });

  it('takes a token of its own if it names the same user', async () => {
    const sender = await connect(pod.url);
    const to = randomUUID();
    expect(await sender.send(to, 'a', { token: testToken(sender.userId) })).toMatchObject({ seq: 1 });
    expect(await sender.send(to, 'b', { token: testToken(randomUUID()) })).toMatchObject({ success: false, code: 'TOKEN_INVALID' });
    expect(await sender.send(to, 'c', { token: testToken(sender.userId, { purpose: 'verify' }) })).toMatchObject({ code: 'WRONG_TOKEN_PURPOSE' });
    expect(await sender.send(to, 'd', { token: testToken(sender.userId, { livesSeconds: -1 }) })).toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(await sender.send(to, 'e', { token: 'nonsense' })).toMatchObject({ code: 'TOKEN_INVALID' });
    expect(messaging.bodies()).toEqual(['a']);
  });

  it('tries again with the same ids while messaging is away', async () => {
    let failures = 2;
    messaging.before = ({ name }) => { if (name === 'send-batch' && failures-- > 0) throw new Refusal('UNAVAILABLE'); };
    const sender = await connect(pod.url);
    expect(await sender.send(randomUUID(), 'hello')).toMatchObject({ seq: 1 });
    expect(new Set(batches().map(([entry]) => entry?.clientMessageId)).size).toBe(1);
    expect(batches()).toHaveLength(3);
  });

  it('stores once when the answer is lost', async () => {
    let lost = false;
    messaging.after = ({ name }) => { if (name === 'send-batch' && !lost) { lost = true; throw new Refusal('UNAVAILABLE'); } };
    const sender = await connect(pod.url);
    expect(await sender.send(randomUUID(), 'hello')).toMatchObject({ seq: 1, clientMessageId: expect.stringMatching(uuid) as string });
    expect(messaging.bodies()).toEqual(['hello']);
  });

  it('says UNAVAILABLE when messaging stays away, and is not ready then', async () => {
    pod = await startAnew({ triedForMs: 500 });
    const sender = await connect(pod.url);
    expect(await pod.service.notReady()).toEqual([]);
    messaging.before = ({ name }) => { if (name !== 'revoked-since') throw new Refusal('UNAVAILABLE'); };
    const startedAt = Date.now();
    expect(await sender.send(randomUUID(), 'hello')).toMatchObject({ success: false, code: 'UNAVAILABLE', message: 'The service is not available right now; try again' });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(500);
    expect(await pod.service.notReady()).toEqual(['messaging does not answer']);
    messaging.before = () => {};
    expect(await pod.service.notReady()).toEqual([]);
  });

  it('is tried for as long as is said, whatever becomes of the clock meanwhile', async () => {
    let failures = 2;
    messaging.before = ({ name }) => {
      if (name !== 'send-batch' || failures-- <= 0) return;
      const jumped = Date.now() + 60_000;
      jest.spyOn(Date, 'now').mockImplementation(() => jumped);
      throw new Refusal('UNAVAILABLE');
    };
    const sender = await connect(pod.url);
    const reply = await sender.send(randomUUID(), 'hello').finally(() => { jest.restoreAllMocks(); });
    expect(reply).toMatchObject({ seq: 1 });
  });

  it('fails alone: what is refused takes nothing from the others of its batch', async () => {
    messaging.refuse = ({ message }) => (message === 'bad' ? 'IDEMPOTENCY_CONFLICT' : undefined);
    const sender = await connect(pod.url);
    const to = randomUUID();
    const replies = await Promise.all(['a', 'bad', 'b'].map((message) => sender.send(to, message)));
    expect(replies).toMatchObject([{ seq: 1 }, { success: false, code: 'IDEMPOTENCY_CONFLICT' }, { seq: 2 }]);
  });

  it('waits for a conversation that is held without holding up the others, and keeps its order', async () => {
    const [held, free] = [randomUUID(), randomUUID()];
    let isHeld = true;
    messaging.refuse = ({ to }) => (to === held && isHeld ? 'BUSY' : undefined);
    const sender = await connect(pod.url);
    const first = ['1', '2'].map((message) => sender.send(held, message));
    expect(await sender.send(free, 'free')).toMatchObject({ seq: 1 });
    const gate = createGate();
    messaging.before = (call) => (call.name === 'send-batch' && call.request.waitForHeld === true ? gate.pass() : undefined);
    isHeld = false;
    const later = sender.send(held, '3');
    expect(await sender.send(free, 'free again')).toMatchObject({ seq: 2 });
    gate.open();
    expect(await Promise.all([...first, later])).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
    expect(messaging.bodies().filter((body) => !body.startsWith('free'))).toEqual(['1', '2', '3']);
  });

  it('is not tried any more when it has waited too long behind others of its conversation', async () => {
    const triedForMs = 200;
    pod = await startAnew({ triedForMs });
    const sender = await connect(pod.url);
    const gate = createGate();
    messaging.before = (call) => (call.name === 'send-batch' && call.request.waitForHeld === true ? gate.pass() : undefined);
    messaging.refuse = () => 'BUSY';
    const to = randomUUID();
    const replies = Array.from({ length: 10 }, (_, index) => sender.send(to, String(index)));
    const asked = (): number => messaging.calls.filter((call) => call.name === 'send-batch' && call.request.waitForHeld === true).length;
    await eventually(() => asked() === 1, 'the conversation is waited for');
    await new Promise((resolve) => { setTimeout(resolve, triedForMs); });
    messaging.refuse = () => undefined;
    gate.open();
    const [, ...behind] = await Promise.all(replies);
    expect(behind.map(({ code }) => code)).toEqual(behind.map(() => 'BUSY'));
    expect(asked()).toBe(1);
  });

  it('says BUSY to a client that lets more wait than there is room for', async () => {
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'send-batch' ? gate.pass() : undefined);
    const sender = await connect(pod.url);
    const to = randomUUID();
    const replies = Array.from({ length: 1_001 }, (_, index) => sender.send(to, String(index)));
    expect(await replies[1_000]).toMatchObject({ success: false, code: 'BUSY' });
    gate.open();
    expect(await Promise.all(replies.slice(0, 1_000))).toHaveLength(1_000);
  });

  it('goes to one messaging process by conversation', async () => {
    pod = await startAnew({ env: { MESSAGING_URL: 'http://one:1,http://two:2,http://three:3' } });
    const gate = createGate();
    messaging.before = ({ name }) => (name === 'send-batch' ? gate.pass() : undefined);
    const sender = await connect(pod.url);
    const sends = Array.from({ length: 60 }, () => sender.send(randomUUID(), 'x'));
    await eventually(() => batches().length === 3, 'one batch under way for each process');
    gate.open();
    await Promise.all(sends);
    expect(batches().flat()).toHaveLength(60);
  });
});
