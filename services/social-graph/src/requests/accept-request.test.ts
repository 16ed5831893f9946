import { orderedPair } from '@chat-backend/database';
import { whileCommitsFail } from '@chat-backend/testing';
import { toldBoth, withTwoUsers, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('accept-request', () => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  withTwoUsers((given) => { ({ graph, ann, bob } = given); });

  const friendships = () => graph.database.query('select low_user_id, high_user_id from friendships where $1 in (low_user_id, high_user_id)', [ann]);
  const statuses = async () => (await graph.database.query<{ status: string }>('select status from friend_requests where from_user_id = $1', [ann])).map(({ status }) => status);
  const notFound = { status: 404, body: { success: false, code: 'REQUEST_NOT_FOUND' } };

  it('makes both friends', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.call('accept-request', bob, { to: ann })).toEqual({ status: 200, body: { success: true, message: 'Request accepted successfully.' } });
    const { lowUserId, highUserId } = orderedPair(ann, bob);
    expect(await friendships()).toEqual([{ low_user_id: lowUserId, high_user_id: highUserId }]);
    expect(await statuses()).toEqual(['accepted']);
  });

  it('tells both by their logs, and nobody of what was refused', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.addedBy(() => graph.call('accept-request', bob, { to: ann }))).toMatchObject(toldBoth({ userId: bob, state: 'friends' }, { userId: ann, state: 'friends' }));
    expect(await graph.addedBy(() => graph.call('accept-request', bob, { to: ann }))).toEqual([]);
  });

  it('tells nobody when it does not commit, and changes nothing', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.addedBy(async () => {
      expect((await whileCommitsFail(graph.database, () => graph.call('accept-request', bob, { to: ann }))).status).toBe(500);
    })).toEqual([]);
    expect([await statuses(), await friendships()]).toEqual([['pending'], []]);
  });

  it('refuses what nobody sent, and what I sent myself', async () => {
    expect(await graph.call('accept-request', bob, { to: ann })).toMatchObject(notFound);
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.call('accept-request', ann, { to: bob })).toMatchObject(notFound);
    expect(await friendships()).toEqual([]);
  });

  it.each(['accept-request', 'reject-request'])('refuses after %s', async (ending) => {
    await graph.call('sent-request', ann, { to: bob });
    await graph.call(ending, bob, { to: ann });
    expect(await graph.call('accept-request', bob, { to: ann })).toMatchObject(notFound);
  });

  it.each<[string, (blocking: [string, string]) => [string, string]]>([
    ['by the sender', ([sender, recipient]) => [sender, recipient]],
    ['by the recipient', ([sender, recipient]) => [recipient, sender]],
  ])('refuses past a block %s, and changes nothing', async (_who, blocking) => {
    await graph.call('sent-request', ann, { to: bob });
    await graph.block(...blocking([ann, bob]));
    expect(await graph.call('accept-request', bob, { to: ann })).toMatchObject(notFound);
    expect([await statuses(), await friendships()]).toEqual([['pending'], []]);
  });

  it.each([
    ['friendship', 'friendships', 'low_user_id, high_user_id'], ['event', 'user_log_entries', 'user_id'],
  ])('leaves the request pending when the %s cannot be stored', async (_what, table, columns) => {
    await graph.call('sent-request', ann, { to: bob });
    await graph.database.query(`alter table ${table} add constraint never check ('${ann}' not in (${columns})) not valid`);
    expect(await graph.addedBy(async () => {
      expect((await graph.call('accept-request', bob, { to: ann })).status).toBe(500);
    })).toEqual([]);
    await graph.database.query(`alter table ${table} drop constraint never`);
    expect([await statuses(), await friendships()]).toEqual([['pending'], []]);
  });

  it('agrees with a cancellation at the same moment on who was first', async () => {
    for (let round = 0; round < 8; round += 1) {
      const [sender, recipient] = await graph.addUsers(2) as [string, string];
      await graph.call('sent-request', sender, { to: recipient });
      const [accepted, cancelled] = await Promise.all([
        graph.call('accept-request', recipient, { to: sender }), graph.call('cancel-request', sender, { to: recipient }),
      ]);
      expect([accepted.status, cancelled.status].sort()).toEqual([200, 404]);
      const friends = await graph.call('get-all-friends', sender);
      expect(friends.body.data).toHaveLength(accepted.status === 200 ? 1 : 0);
    }
  });
});
