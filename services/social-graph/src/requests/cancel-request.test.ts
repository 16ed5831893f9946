import { whileCommitsFail } from '@chat-backend/testing';
import { startSocialGraphUnderTest, toldBoth, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('cancel-request', () => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  beforeAll(async () => { graph = await startSocialGraphUnderTest(); });
  afterAll(() => graph.stop());
  beforeEach(async () => { [ann, bob] = await graph.addUsers(2) as [string, string]; });

  const cancel = () => graph.call('cancel-request', ann, { to: bob });
  const notFound = { status: 404, body: { success: false, code: 'REQUEST_NOT_FOUND' } };

  it('ends the pending request without a friendship', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await cancel()).toEqual({ status: 200, body: { success: true, message: 'Request cancelled successfully.' } });
    expect(await graph.database.query('select status from friend_requests where from_user_id = $1', [ann])).toEqual([{ status: 'cancelled' }]);
    expect((await graph.call('get-all-friends', ann)).body.data).toEqual([]);
  });

  it('tells both by their logs, and nobody of what was refused', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.addedBy(cancel)).toMatchObject(toldBoth({ userId: ann, state: 'none' }, { userId: bob, state: 'none' }));
    expect(await graph.addedBy(cancel)).toEqual([]);
  });

  it('tells nobody when it does not commit, and leaves the request pending', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.addedBy(async () => { expect((await whileCommitsFail(graph.database, cancel)).status).toBe(500); })).toEqual([]);
    expect(await graph.database.query('select status from friend_requests where from_user_id = $1', [ann])).toEqual([{ status: 'pending' }]);
  });

  it('refuses what is not pending', async () => {
    expect(await cancel()).toMatchObject(notFound);
    await graph.call('sent-request', ann, { to: bob });
    await cancel();
    expect(await cancel()).toMatchObject(notFound);
  });

  it('refuses the recipient', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.call('cancel-request', bob, { to: ann })).toMatchObject(notFound);
  });

  it('leaves an accepted request accepted', async () => {
    await graph.befriend(ann, bob);
    expect(await cancel()).toMatchObject(notFound);
    expect((await graph.call('get-all-friends', ann)).body.data).toHaveLength(1);
  });
});
