import { newId } from '@chat-backend/database';
import { storedLog, whileCommitsFail } from '@chat-backend/testing';
import { startSocialGraphUnderTest, toldBoth, withTwoUsers, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('sent-request', () => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  withTwoUsers((given) => { ({ graph, ann, bob } = given); });

  const send = (from: string, to: string) => graph.call('sent-request', from, { to });
  const stored = () => graph.database.query<{ from_user_id: string; to_user_id: string; status: string; created_at: Date; updated_at: Date }>(
    'select * from friend_requests where $1 in (from_user_id, to_user_id) order by from_user_id', [ann]);

  it('makes a pending request', async () => {
    expect(await send(ann, bob)).toEqual({ status: 200, body: { success: true, message: 'Request sent successfully.' } });
    expect(await stored()).toMatchObject([{ from_user_id: ann, to_user_id: bob, status: 'pending' }]);
  });

  it('tells both by their logs, with what anybody may see of the other', async () => {
    const [cat, dan] = [await graph.addUser({ userName: 'Cat', about: 'climbs', profileImage: 'https://example.com/cat.png' }), await graph.addUser({ userName: 'Dan' })];
    expect(await graph.addedBy(() => send(cat, dan))).toMatchObject(toldBoth({ userId: cat, state: 'requestSent' }, { userId: dan, state: 'requestReceived' }));
    const createdAt = expect.any(String) as string;
    expect([await storedLog(graph.database, cat), await storedLog(graph.database, dan)]).toEqual([
      [{ number: 1, createdAt, kind: 'friendship', state: 'requestSent', user: { id: dan, user_name: 'Dan', about: null, profile_image: null } }],
      [{ number: 1, createdAt, kind: 'friendship', state: 'requestReceived',
        user: { id: cat, user_name: 'Cat', about: 'climbs', profile_image: 'https://example.com/cat.png' } }],
    ]);
  });

  it('tells nobody when it does not commit, and stores nothing', async () => {
    expect(await graph.addedBy(async () => { expect((await whileCommitsFail(graph.database, () => send(ann, bob))).status).toBe(500); })).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('succeeds again, changes nothing and tells nobody', async () => {
    await send(ann, bob);
    const before = await stored();
    expect(await graph.addedBy(async () => { expect((await send(ann, bob)).status).toBe(200); })).toEqual([]);
    expect(await stored()).toEqual(before);
  });

  it.each(['reject-request', 'cancel-request'])('makes it pending anew after %s', async (ending) => {
    await send(ann, bob);
    const [first] = await stored();
    expect((await graph.call(ending, ...(ending === 'cancel-request' ? [ann, { to: bob }] as const : [bob, { to: ann }] as const))).status).toBe(200);
    expect((await send(ann, bob)).status).toBe(200);
    const [anew] = await stored();
    expect(anew?.status).toBe('pending');
    expect(anew?.created_at.getTime()).toBeGreaterThan(first?.created_at.getTime() ?? Infinity);
    expect(await storedLog(graph.database, bob)).toMatchObject([{ number: 3, state: 'requestReceived' }]);
  });

  it.each<[string, () => Promise<string>, number, string]>([
    ['oneself', () => Promise.resolve(ann), 400, 'CANNOT_BEFRIEND_YOURSELF'],
    ['an unknown user', () => Promise.resolve(newId()), 404, 'USER_NOT_FOUND'],
    ['an unverified user', () => graph.addUser({ isVerified: false }), 404, 'USER_NOT_FOUND'],
    ['a user whom I blocked', async () => { await graph.block(ann, bob); return bob; }, 404, 'USER_NOT_FOUND'],
    ['a user who blocked me', async () => { await graph.block(bob, ann); return bob; }, 404, 'USER_NOT_FOUND'],
    ['a friend', async () => { await graph.befriend(bob, ann); return bob; }, 409, 'ALREADY_FRIENDS'],
  ])('refuses %s', async (_what, recipient, status, code) => {
    const to = await recipient();
    const before = await stored();
    expect(await graph.addedBy(async () => { expect(await send(ann, to)).toMatchObject({ status, body: { success: false, code } }); })).toEqual([]);
    expect(await stored()).toEqual(before);
  });

  it('refuses while the other side\'s request is pending', async () => {
    await send(bob, ann);
    expect(await send(ann, bob)).toMatchObject({ status: 409, body: { code: 'REQUEST_ALREADY_RECEIVED' } });
    expect(await stored()).toHaveLength(1);
  });

  it('takes two users who send to each other at once one after the other', async () => {
    const pairs = Array.from({ length: 12 }, () => graph.addUsers(2) as Promise<[string, string]>);
    const outcomes = await Promise.all(pairs.map(async (pair) => {
      const [one, other] = await pair;
      const replies = await Promise.all([send(one, other), send(other, one)]);
      return replies.map(({ status }) => status).sort();
    }));
    expect(outcomes).toEqual(outcomes.map(() => [200, 409]));
    const bothPending = await graph.database.query(
      'select 1 from friend_requests a join friend_requests b on a.from_user_id = b.to_user_id and a.to_user_id = b.from_user_id');
    expect(bothPending).toEqual([]);
  });

  it('makes one request of many sent at once', async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, () => send(ann, bob)));
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(await stored()).toHaveLength(1);
  });
});

describe('sent-request in contract mode', () => {
  it('reaches users whose address is not verified', async () => {
    const graph = await startSocialGraphUnderTest({ EXPOSE_OTP: 'true' });
    const [ann, bob] = [await graph.addUser(), await graph.addUser({ isVerified: false })];
    expect((await graph.call('sent-request', ann, { to: bob })).status).toBe(200);
    await graph.stop();
  });
});
