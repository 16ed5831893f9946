import { whileCommitsFail } from '@chat-backend/testing';
import { startSocialGraphUnderTest, toldBoth, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('reject-request', () => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  beforeAll(async () => { graph = await startSocialGraphUnderTest(); });
  afterAll(() => graph.stop());
  beforeEach(async () => { [ann, bob] = await graph.addUsers(2) as [string, string]; });

  const reject = () => graph.call('reject-request', bob, { to: ann });
  const notFound = { status: 404, body: { success: false, code: 'REQUEST_NOT_FOUND' } };

  it('ends the pending request without a friendship', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await reject()).toEqual({ status: 200, body: { success: true, message: 'Request rejected successfully.' } });
    expect(await graph.database.query('select status from friend_requests where from_user_id = $1', [ann])).toEqual([{ status: 'rejected' }]);
    expect((await graph.call('get-all-friends', ann)).body.data).toEqual([]);
  });

  it('tells both by their logs, and nobody of what was refused', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.addedBy(reject)).toMatchObject(toldBoth({ userId: bob, state: 'none' }, { userId: ann, state: 'none' }));
    expect(await graph.addedBy(reject)).toEqual([]);
  });

  it('tells nobody when it does not commit, and leaves the request pending', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.addedBy(async () => { expect((await whileCommitsFail(graph.database, reject)).status).toBe(500); })).toEqual([]);
    expect(await graph.database.query('select status from friend_requests where from_user_id = $1', [ann])).toEqual([{ status: 'pending' }]);
  });

  it('refuses what is not pending', async () => {
    expect(await reject()).toMatchObject(notFound);
    await graph.call('sent-request', ann, { to: bob });
    await reject();
    expect(await reject()).toMatchObject(notFound);
  });

  it('refuses the sender', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.call('reject-request', ann, { to: bob })).toMatchObject(notFound);
  });

  it('leaves an accepted request accepted', async () => {
    await graph.befriend(ann, bob);
    expect(await reject()).toMatchObject(notFound);
    expect((await graph.call('get-all-friends', ann)).body.data).toHaveLength(1);
  });
});
