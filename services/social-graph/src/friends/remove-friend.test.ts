import { friendConversationId, newId, orderedPair } from '@chat-backend/database';
import { behindSending, storedLog, whileCommitsFail } from '@chat-backend/testing';
import { toldBoth, withTwoUsers, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('remove-friend', () => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  withTwoUsers((given) => { ({ graph, ann, bob } = given); });

  const remove = () => graph.call('remove-friend', ann, { to: bob });
  const friendships = () => graph.database.query('select 1 from friendships where $1 in (low_user_id, high_user_id)', [ann]);
  const notFound = { status: 404, body: { success: false, code: 'FRIEND_NOT_FOUND', requestId: expect.any(String) as string } };

  it('ends the friendship for both', async () => {
    await graph.befriend(ann, bob);
    expect(await remove()).toEqual({ status: 200, body: { success: true, message: 'Friend removed successfully.' } });
    expect(await friendships()).toEqual([]);
  });

  it('waits for what is being sent between the two', async () => {
    await graph.befriend(ann, bob);
    const removed = await behindSending(
      graph.database, friendConversationId(ann, bob), async () => { expect(await friendships()).toHaveLength(1); }, remove);
    expect(removed.status).toBe(200);
    expect(await friendships()).toEqual([]);
  });

  it('refuses who is not a friend', async () => {
    expect(await remove()).toMatchObject(notFound);
    expect(await graph.call('remove-friend', newId(), { to: newId() })).toMatchObject(notFound);
  });

  it('tells both by their logs, and nobody of what was refused', async () => {
    await graph.befriend(bob, ann);
    expect(await graph.addedBy(remove)).toMatchObject(toldBoth({ userId: ann, state: 'none' }, { userId: bob, state: 'none' }));
    expect(await graph.addedBy(remove)).toEqual([]);
  });

  it('tells nobody when it does not commit, and leaves them friends', async () => {
    await graph.befriend(ann, bob);
    expect(await graph.addedBy(async () => { expect((await whileCommitsFail(graph.database, remove)).status).toBe(500); })).toEqual([]);
    expect(await friendships()).toHaveLength(1);
  });

  it('also ends the friendship with a user whose account is gone', async () => {
    const gone = newId();
    const { lowUserId, highUserId } = orderedPair(ann, gone);
    await graph.database.query('insert into friendships (low_user_id, high_user_id) values ($1, $2)', [lowUserId, highUserId]);
    expect((await graph.call('remove-friend', ann, { to: gone })).status).toBe(200);
    expect(await storedLog(graph.database, ann)).toMatchObject([{ state: 'none', user: { id: gone, user_name: null, about: null, profile_image: null } }]);
  });
});
