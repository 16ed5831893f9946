import { friendConversationId, newId } from '@chat-backend/database';
import { behindSending, storedLog, whileCommitsFail } from '@chat-backend/testing';
import { idsOf, startSocialGraphUnderTest, toldBoth, withTwoUsers, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('block-user', () => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  withTwoUsers((given) => { ({ graph, ann, bob } = given); });

  const block = (blocker = ann, blocked = bob) => graph.call('block-user', blocker, { to: blocked });
  const blocks = () => graph.database.query('select blocker_id, blocked_id from blocks where $1 in (blocker_id, blocked_id) order by created_at', [ann]);
  const friendships = () => graph.database.query('select 1 from friendships where $1 in (low_user_id, high_user_id)', [ann]);
  const lists = ['get-all-friends', 'get-all-user-sent-requests', 'get-all-received-requests', 'get-all-users-accept-requests'];
  const listedFor = (userId: string) => Promise.all(lists.map(async (list) => idsOf((await graph.call(list, userId)).body.data)));
  const onNoList = lists.map(() => []);
  const toldOfBlock = { userId: expect.any(String) as string, event: { kind: 'friendship', state: 'blocked' } };

  it('answers in the documented shape', async () => {
    expect(await block()).toEqual({ status: 200, body: { success: true, message: 'User blocked successfully.' } });
    expect(await blocks()).toEqual([{ blocker_id: ann, blocked_id: bob }]);
  });

  it('ends the friendship, and takes each from the other\'s lists for good', async () => {
    await graph.befriend(ann, bob);
    await block();
    expect(await friendships()).toEqual([]);
    expect([await listedFor(ann), await listedFor(bob)]).toEqual([onNoList, onNoList]);
    await graph.call('unblock-user', ann, { to: bob });
    expect([await listedFor(ann), await listedFor(bob)]).toEqual([onNoList, onNoList]);
  });

  it.each(['sent', 'received'])('ends a request that the blocker %s', async (way) => {
    const [from, to] = way === 'sent' ? [ann, bob] : [bob, ann];
    await graph.call('sent-request', from, { to });
    await block();
    expect([await listedFor(ann), await listedFor(bob)]).toEqual([onNoList, onNoList]);
    for (const [verb, caller, other] of [['accept-request', to, from], ['reject-request', to, from], ['cancel-request', from, to]] as const) {
      expect(await graph.call(verb, caller, { to: other })).toMatchObject({ status: 404, body: { code: 'REQUEST_NOT_FOUND' } });
    }
  });

  it('waits for what is being sent between the two', async () => {
    await graph.befriend(ann, bob);
    const blocked = await behindSending(graph.database, friendConversationId(ann, bob), async () => { expect(await friendships()).toHaveLength(1); }, block);
    expect(blocked.status).toBe(200);
    expect(await friendships()).toEqual([]);
  });

  it('keeps requests away in both directions, as from somebody who is not there', async () => {
    await block();
    const toNobody = await graph.call('sent-request', bob, { to: newId() });
    const comparable = ({ status, body }: typeof toNobody) => ({ status, body: { ...body, requestId: '' } });
    for (const [from, to] of [[bob, ann], [ann, bob]] as const) {
      expect(comparable(await graph.call('sent-request', from, { to }))).toEqual(comparable(toNobody));
    }
    expect(await graph.database.query('select 1 from friend_requests where $1 in (from_user_id, to_user_id)', [ann])).toEqual([]);
  });

  it('again changes nothing and tells nobody', async () => {
    await graph.befriend(ann, bob);
    await block();
    const before = await graph.database.query('select * from blocks');
    expect(await graph.addedBy(async () => { expect((await block()).status).toBe(200); })).toEqual([]);
    expect(await graph.database.query('select * from blocks')).toEqual(before);
  });

  it('of each by the other is two blocks: one ends, and the other holds', async () => {
    await block(ann, bob);
    expect((await block(bob, ann)).status).toBe(200);
    await graph.call('unblock-user', ann, { to: bob });
    expect(await blocks()).toEqual([{ blocker_id: bob, blocked_id: ann }]);
    expect((await graph.call('sent-request', ann, { to: bob })).status).toBe(404);
  });

  it.each<[string, () => Promise<string> | string, number, string]>([
    ['oneself', () => ann, 400, 'CANNOT_BLOCK_YOURSELF'],
    ['an unknown user', () => newId(), 404, 'USER_NOT_FOUND'],
    ['an unverified user', () => graph.addUser({ isVerified: false }), 404, 'USER_NOT_FOUND'],
  ])('refuses %s', async (_what, whom, status, code) => {
    const to = await whom();
    expect(await graph.addedBy(async () => { expect(await block(ann, to)).toMatchObject({ status, body: { success: false, code } }); })).toEqual([]);
    expect(await blocks()).toEqual([]);
  });

  it('tells the blocker of the block, and a friend what unfriending tells', async () => {
    await graph.befriend(ann, bob);
    expect(await graph.addedBy(block)).toMatchObject(toldBoth({ userId: ann, state: 'blocked' }, { userId: bob, state: 'none' }));
    const [[ofBlock], [ofUnfriending]] = [await storedLog(graph.database, bob), await afterUnfriending()];
    expect(Object.keys(ofBlock ?? {})).toEqual(Object.keys(ofUnfriending ?? {}));
    expect(ofBlock).toMatchObject({ kind: 'friendship', state: 'none' });
  });
  const afterUnfriending = async () => {
    const [cat, dan] = await graph.addUsers(2) as [string, string];
    await graph.befriend(cat, dan);
    await graph.call('remove-friend', cat, { to: dan });
    return storedLog(graph.database, dan);
  };

  it('tells a stranger nothing, nor one whose request was ended before', async () => {
    expect(await graph.addedBy(block)).toMatchObject([{ ...toldOfBlock, userId: ann }]);
    const [cat, dan] = await graph.addUsers(2) as [string, string];
    await graph.call('sent-request', cat, { to: dan });
    await graph.call('reject-request', dan, { to: cat });
    expect(await graph.addedBy(() => block(dan, cat))).toMatchObject([{ ...toldOfBlock, userId: dan }]);
  });

  it('tells nobody when it does not commit, and leaves them friends', async () => {
    await graph.befriend(ann, bob);
    expect(await graph.addedBy(async () => { expect((await whileCommitsFail(graph.database, block)).status).toBe(500); })).toEqual([]);
    expect([await friendships(), await blocks()]).toEqual([[expect.anything()], []]);
  });

  it('and a request or an acceptance at the same moment leave nothing between the two', async () => {
    const pairs = await Promise.all(Array.from({ length: 12 }, () => graph.addUsers(2) as Promise<[string, string]>));
    await Promise.all(pairs.map(async ([one, other], index) => {
      if (index % 2 === 0) await graph.call('sent-request', other, { to: one });
      const act = index % 2 === 0 ? graph.call('accept-request', one, { to: other }) : graph.call('sent-request', other, { to: one });
      const [blocked] = await Promise.all([block(one, other), act]);
      expect(blocked.status).toBe(200);
    }));
    const ids = pairs.flat();
    expect(await graph.database.query('select 1 from friendships where low_user_id = any ($1) or high_user_id = any ($1)', [ids])).toEqual([]);
    expect(await graph.database.query('select 1 from friend_requests where from_user_id = any ($1) or to_user_id = any ($1)', [ids])).toEqual([]);
  });
});

describe('block-user in contract mode', () => {
  it('reaches users whose address is not verified', async () => {
    const graph = await startSocialGraphUnderTest({ EXPOSE_OTP: 'true' });
    const [ann, bob] = [await graph.addUser(), await graph.addUser({ isVerified: false })];
    expect((await graph.call('block-user', ann, { to: bob })).status).toBe(200);
    await graph.stop();
  });
});
