import { randomUUID } from 'node:crypto';
import { memoryStorage, openBench, type TestBench, type TestClient } from '../client.fixture';
import { isSameSession } from './read-token';

let bench: TestBench;
let me = '';
beforeEach(async () => {
  bench = await openBench();
  me = randomUUID();
});
afterEach(() => bench.stop());

const friends = (mine: TestClient) => mine.client.call('get-all-friends', { limit: 10 });

describe('a call', () => {
  it('carries the session\'s token and answers as the contract says', async () => {
    const friend = randomUUID();
    bench.server.store.befriend(me, friend);
    const session = bench.server.session(me);
    const { client } = bench.client({ session });
    expect((await client.call('get-all-friends')).data.map(({ id }) => id)).toEqual([friend]);
    expect(bench.server.counted.calls).toEqual([{ name: 'get-all-friends', body: {}, authorization: `Bearer ${session.token}` }]);
  });

  it('fails as the server says', async () => {
    const mine = bench.client({ session: bench.server.session(me) });
    bench.server.faults.call = () => ({
      status: 400, headers: { 'retry-after': '7' },
      body: { success: false, code: 'INVALID_REQUEST', message: 'wrong', errors: [{ field: 'limit', message: 'too much' }], requestId: 'r1' },
    });
    await expect(friends(mine)).rejects.toMatchObject({
      name: 'ChatError', code: 'INVALID_REQUEST', message: 'wrong', status: 400, errors: [{ field: 'limit', message: 'too much' }], requestId: 'r1', retryAfterMs: 7_000,
    });
  });

  it.each([[503, 'UNAVAILABLE'], [502, 'UNAVAILABLE'], [429, 'RATE_LIMITED'], [404, 'INVALID_REPLY']])('fails as %s says where the server said nothing: %s', async (status, code) => {
    const mine = bench.client({ session: bench.server.session(me) });
    bench.server.faults.call = () => ({ status, body: {} });
    await expect(friends(mine)).rejects.toMatchObject({ code, status });
  });

  it('is not waited for longer than was said', async () => {
    const mine = bench.client({ session: bench.server.session(me) });
    bench.server.faults.call = () => 'hang';
    await expect(mine.client.call('get-all-friends', {}, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it('is aborted by its signal, before and on the way', async () => {
    const mine = bench.client({ session: bench.server.session(me) });
    bench.server.faults.call = () => 'hang';
    const controller = new AbortController();
    const call = mine.client.call('get-all-friends', {}, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(mine.client.call('get-all-friends', {}, { signal: controller.signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('says that the server was not reached', async () => {
    const mine = bench.client({ session: bench.server.session(me) });
    await bench.server.goAway();
    await expect(friends(mine)).rejects.toMatchObject({ code: 'NETWORK' });
    await bench.server.comeBack();
  });

  it('needs a session', async () => {
    await expect(friends(bench.client())).rejects.toMatchObject({ code: 'NO_SESSION' });
  });
});

describe('the access token', () => {
  it('is renewed before it expires, once for all who wait for it', async () => {
    const mine = bench.client({ session: bench.server.session(me, 0) });
    await Promise.all(Array.from({ length: 5 }, () => friends(mine)));
    expect(bench.server.counted.refreshes).toBe(1);
  });

  it('is renewed when it is refused as expired, once for all', async () => {
    const session = bench.server.session(me);
    const mine = bench.client({ session });
    bench.server.expire(session.token);
    await Promise.all(Array.from({ length: 5 }, () => friends(mine)));
    await friends(mine);
    expect(bench.server.counted.refreshes).toBe(1);
  });

  it('is asked for again, soon, where the reply was lost: the server still takes the same refresh token', async () => {
    const mine = bench.client({ session: bench.server.session(me, 0) });
    const fates = ['lose', { status: 503, body: {} }] as const;
    let asked = 0;
    bench.server.faults.call = (name) => (name === 'refresh-token' ? fates[asked++] : undefined);
    await friends(mine);
    expect(asked).toBe(3);
    expect(mine.events.sessionEnded).toEqual([]);
  });

  it('that the server cannot renew now ends nothing', async () => {
    const mine = bench.client({ session: bench.server.session(me, 0) });
    bench.server.faults.call = (name) => (name === 'refresh-token' ? { status: 503, body: {} } : undefined);
    await expect(friends(mine)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    delete bench.server.faults.call;
    await friends(mine);
    expect(mine.events.sessionEnded).toEqual([]);
  });

  it('that cannot be renewed ends the session', async () => {
    const { token } = bench.server.session(me);
    const mine = bench.client({ session: { token, refreshToken: 'unknown' } });
    bench.server.expire(token);
    await expect(friends(mine)).rejects.toMatchObject({ code: 'SESSION_ENDED' });
    expect(mine.events.sessionEnded).toEqual([{ code: 'SESSION_REVOKED', message: 'SESSION_REVOKED' }]);
    expect(mine.client.state()).toBe('ended');
    expect(await mine.client.signedInAs()).toBeUndefined();
  });
});

describe('a session in a storage', () => {
  const sessionIn = (items: Map<string, string>) => JSON.parse(items.get('chat:session') ?? '{}') as { userId?: string; token?: string; refreshToken?: string };

  it('survives a reload', async () => {
    const storage = memoryStorage();
    await bench.client({ storage }).client.signIn({ email: 'me@example.com', password: me });
    const after = bench.client({ storage });
    expect(() => after.client.me()).toThrow(expect.objectContaining({ code: 'NO_SESSION' }));
    expect(await after.client.signedInAs()).toBe(me);
    expect(after.client.me()).toBe(me);
    await friends(after);
    expect(bench.server.counted.refreshes).toBe(0);
  });

  it('has the next refresh token before anybody has the access token that came with it', async () => {
    const storage = memoryStorage();
    const session = bench.server.session(me, 0);
    const mine = bench.client({ session, storage });
    await mine.client.signedInAs();
    const { refreshToken: first } = sessionIn(storage.items);
    let storedAtCall: string | undefined;
    bench.server.faults.call = (name) => {
      if (name === 'get-all-friends') storedAtCall = sessionIn(storage.items).refreshToken;
      return undefined;
    };
    await friends(mine);
    expect(first).toBe(session.refreshToken);
    expect(storedAtCall).not.toBe(first);
  });

  it('that another window has renewed is taken from there: its refresh token is used up', async () => {
    const storage = memoryStorage();
    const session = bench.server.session(me);
    const [one, other] = [bench.client({ session, storage }), bench.client({ session, storage })];
    await Promise.all([one.client.signedInAs(), other.client.signedInAs()]);
    bench.server.expire(session.token);
    await friends(one);
    await friends(other);
    expect(bench.server.counted.refreshes).toBe(1);
    expect(other.events.sessionEnded).toEqual([]);
  });

  it('is left where another window has begun it for another user meanwhile', async () => {
    const storage = memoryStorage();
    const [mine, other] = [bench.client({ session: bench.server.session(me), storage }), randomUUID()];
    await mine.client.connect();
    await bench.client({ storage }).client.signIn({ email: 'other@example.com', password: other });
    bench.server.revoke(me);
    await mine.until(() => mine.events.sessionEnded.length === 1, 'the end of the session');
    await mine.client.close();
    expect(await bench.client({ storage }).client.signedInAs()).toBe(other);
  });

  it.each(['connection', 'call', 'renewal'])('is gone on with where another window has begun it for the same user meanwhile, and a %s of the one before is refused', async (what) => {
    const storage = memoryStorage();
    const mine = bench.client({ session: bench.server.session(me, what === 'renewal' ? 0 : 900), storage });
    await (what === 'connection' ? mine.client.connect() : mine.client.signedInAs());
    bench.server.revoke(me);
    const { token, refreshToken } = bench.server.session(me);
    const begin = () => { storage.items.set('chat:session', JSON.stringify({ userId: me, token, refreshToken })); };
    if (what !== 'renewal') begin();
    // Between the question and its answer.
    bench.server.faults.call = (name) => {
      if (name === 'refresh-token') begin();
      return undefined;
    };
    if (what === 'connection') await mine.until(() => mine.events.state.filter((state) => state === 'live').length === 2, 'a connection of the next session');
    await Promise.all([friends(mine), friends(mine), friends(mine)]);
    await mine.client.connect();
    expect(mine.events.sessionEnded).toEqual([]);
    expect(isSameSession(sessionIn(storage.items).token ?? '', token)).toBe(true);
  });

  it('is forgotten when it has ended, also where another window has renewed it', async () => {
    const storage = memoryStorage();
    const session = bench.server.session(me);
    const [one, other] = [bench.client({ session, storage }), bench.client({ session, storage })];
    await Promise.all([one.client.signedInAs(), other.client.signedInAs()]);
    bench.server.expire(session.token);
    await friends(one);
    bench.server.revoke(me);
    await expect(friends(other)).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
    expect(other.events.sessionEnded).toHaveLength(1);
    expect([...storage.items.keys()]).toEqual([]);
  });

  it('is forgotten with everything else of its user by signing out', async () => {
    const storage = memoryStorage();
    const mine = bench.client({ storage });
    await mine.client.signIn({ email: 'me@example.com', password: me });
    await mine.client.connect();
    const unsent = mine.client.send({ to: randomUUID(), chatType: 'friend', message: 'never' });
    await mine.client.signOut();
    await expect(unsent.stored).rejects.toMatchObject({ name: 'ChatError' });
    expect([...storage.items.keys()]).toEqual([]);
    expect(bench.server.counted.calls.map(({ name }) => name)).toContain('logout');
    expect(mine.client.state()).toBe('ended');
    await expect(mine.client.connect()).rejects.toMatchObject({ code: 'NO_SESSION' });
  });

  it('is another one for another user', async () => {
    const [storage, other, friend] = [memoryStorage(), randomUUID(), randomUUID()];
    for (const user of [me, other]) bench.server.store.befriend(user, friend);
    const mine = bench.client({ storage });
    await mine.client.signIn({ email: 'me@example.com', password: me });
    await mine.client.connect();
    await mine.client.signIn({ email: 'other@example.com', password: other });
    await mine.client.connect();
    bench.server.say(friend, me, 'friend', 'to me');
    bench.server.say(friend, other, 'friend', 'to the other');
    await mine.until(() => mine.events.message.length === 1, 'a message');
    expect(mine.events.message.map(({ to, message }) => [to, message])).toEqual([[other, 'to the other']]);
    expect(bench.server.connections(me)).toBe(0);
  });
});

describe('signing in', () => {
  it('with a second factor needs its code', async () => {
    const mine = bench.client();
    const session = bench.server.session(me);
    bench.server.faults.call = (name) => {
      if (name === 'login') return { status: 200, body: { success: true, message: 'm', data: { id: me, email: 'e', token: 'handle', isVerifyed: true, isTwoFactorEnabled: true, twoFactorMethod: 'totp' } } };
      return name === 'verify-user' ? { status: 200, body: { success: true, message: 'm', data: { message: 'verification updated', ...session } } } : undefined;
    };
    expect(await mine.client.signIn({ email: 'me@example.com', password: 'password' })).toEqual({ isSignedIn: false, token: 'handle', method: 'totp' });
    expect(await mine.client.signedInAs()).toBeUndefined();
    expect(await mine.client.verify({ token: 'handle', otp: '123456' })).toEqual({ isSignedIn: true });
    expect(await mine.client.signedInAs()).toBe(me);
    expect(bench.server.counted.calls).toMatchObject([{ name: 'login', authorization: undefined }, { name: 'verify-user', authorization: 'Bearer handle', body: { otp: '123456' } }]);
  });
});
