import { friendConversationId, newId } from '@chat-backend/database';
import { behindSending } from '@chat-backend/testing';
import { idsOf, withTwoUsers, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('unblock-user', () => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  withTwoUsers((given) => { ({ graph, ann, bob } = given); });

  const unblock = () => graph.call('unblock-user', ann, { to: bob });
  const notFound = { status: 404, body: { success: false, code: 'BLOCK_NOT_FOUND' } };

  it('ends the block, and the two are strangers', async () => {
    await graph.befriend(ann, bob);
    await graph.call('block-user', ann, { to: bob });
    expect(await unblock()).toEqual({ status: 200, body: { success: true, message: 'User unblocked successfully.' } });
    expect(idsOf((await graph.call('get-all-friends', ann)).body.data)).toEqual([]);
    expect((await graph.call('sent-request', bob, { to: ann })).status).toBe(200);
  });

  it('tells the blocker alone', async () => {
    await graph.call('block-user', ann, { to: bob });
    expect(await graph.addedBy(unblock)).toMatchObject([{ userId: ann, event: { kind: 'friendship', state: 'none', user: { id: bob } } }]);
  });

  it('refuses where I block nobody, whatever the other one does', async () => {
    expect(await unblock()).toMatchObject(notFound);
    await graph.call('block-user', bob, { to: ann });
    expect(await graph.addedBy(async () => { expect(await unblock()).toMatchObject(notFound); })).toEqual([]);
    expect(await graph.call('unblock-user', ann, { to: newId() })).toMatchObject(notFound);
    expect(await graph.database.query('select blocker_id from blocks where blocked_id = $1', [ann])).toEqual([{ blocker_id: bob }]);
  });

  it('waits for what is being sent between the two', async () => {
    await graph.call('block-user', ann, { to: bob });
    expect((await behindSending(graph.database, friendConversationId(ann, bob), () => Promise.resolve(), unblock)).status).toBe(200);
  });

  it('also ends the block of a user whose account is gone', async () => {
    const gone = newId();
    await graph.block(ann, gone);
    expect((await graph.call('unblock-user', ann, { to: gone })).status).toBe(200);
  });
});
