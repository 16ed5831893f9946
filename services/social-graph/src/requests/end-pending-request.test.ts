import { whileCommitsFail } from '@chat-backend/testing';
import { toldBoth, withTwoUsers, type SocialGraphUnderTest } from '../social-graph.fixture';

/** The sender cancels, the recipient rejects; the rest is the same. */
describe.each([
  { verb: 'cancel-request', isBySender: true, status: 'cancelled', message: 'Request cancelled successfully.' },
  { verb: 'reject-request', isBySender: false, status: 'rejected', message: 'Request rejected successfully.' },
])('$verb', ({ verb, isBySender, status, message }) => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let bob: string;
  withTwoUsers((given) => { ({ graph, ann, bob } = given); });

  const bySender = () => graph.call(verb, ann, { to: bob });
  const byRecipient = () => graph.call(verb, bob, { to: ann });
  const [end, byTheOther] = isBySender ? [bySender, byRecipient] : [byRecipient, bySender];
  const notFound = { status: 404, body: { success: false, code: 'REQUEST_NOT_FOUND' } };

  it('ends the pending request without a friendship', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await end()).toEqual({ status: 200, body: { success: true, message } });
    expect(await graph.database.query('select status from friend_requests where from_user_id = $1', [ann])).toEqual([{ status }]);
    expect((await graph.call('get-all-friends', ann)).body.data).toEqual([]);
  });

  it('tells both by their logs, and nobody of what was refused', async () => {
    await graph.call('sent-request', ann, { to: bob });
    const [who, other] = isBySender ? [ann, bob] : [bob, ann];
    expect(await graph.addedBy(end)).toMatchObject(toldBoth({ userId: who, state: 'none' }, { userId: other, state: 'none' }));
    expect(await graph.addedBy(end)).toEqual([]);
  });

  it('tells nobody when it does not commit, and leaves the request pending', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await graph.addedBy(async () => { expect((await whileCommitsFail(graph.database, end)).status).toBe(500); })).toEqual([]);
    expect(await graph.database.query('select status from friend_requests where from_user_id = $1', [ann])).toEqual([{ status: 'pending' }]);
  });

  it('refuses what is not pending', async () => {
    expect(await end()).toMatchObject(notFound);
    await graph.call('sent-request', ann, { to: bob });
    await end();
    expect(await end()).toMatchObject(notFound);
  });

  it('refuses the other of the two', async () => {
    await graph.call('sent-request', ann, { to: bob });
    expect(await byTheOther()).toMatchObject(notFound);
  });

  it('leaves an accepted request accepted', async () => {
    await graph.befriend(ann, bob);
    expect(await end()).toMatchObject(notFound);
    expect((await graph.call('get-all-friends', ann)).body.data).toHaveLength(1);
  });
});
