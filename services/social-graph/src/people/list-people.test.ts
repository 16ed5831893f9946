import { newId, orderedPair } from '@chat-backend/database';
import { idsOf, startSocialGraphUnderTest, type SocialGraphUnderTest } from '../social-graph.fixture';

/** Puts the others on the caller's list, the first of them a minute before the second, and so on; some share a time. */
type Fill = (graph: SocialGraphUnderTest, callerId: string, others: readonly string[]) => Promise<unknown>;
const timeOf = (index: number): Date => new Date(Date.UTC(2026, 0, 1) + Math.floor(index / 3) * 60_000);

const requests = (status: string, direction: 'sent' | 'received' | 'both'): Fill => (graph, callerId, others) =>
  Promise.all(others.map((other, index) => {
    const isSent = direction === 'sent' || (direction === 'both' && index % 2 === 0);
    return graph.database.query('insert into friend_requests (from_user_id, to_user_id, status, created_at, updated_at) values ($1, $2, $3, $4, $4)',
      [...(isSent ? [callerId, other] : [other, callerId]), status, timeOf(index)]);
  }));
const friendships: Fill = (graph, callerId, others) =>
  Promise.all(others.map((other, index) => {
    const { lowUserId, highUserId } = orderedPair(callerId, other);
    return graph.database.query('insert into friendships (low_user_id, high_user_id, created_at) values ($1, $2, $3)', [lowUserId, highUserId, timeOf(index)]);
  }));

const blocks: Fill = (graph, callerId, others) =>
  Promise.all(others.map((other, index) => graph.database.query('insert into blocks (blocker_id, blocked_id, created_at) values ($1, $2, $3)', [callerId, other, timeOf(index)])));

const lists: [verb: string, message: string, fill: Fill][] = [
  ['get-all-user-sent-requests', 'Profile updated successfully', requests('pending', 'sent')],
  ['get-all-received-requests', 'Users list retrieved successfully', requests('pending', 'received')],
  ['get-all-users-accept-requests', 'Users list retrieved successfully', requests('accepted', 'both')],
  ['get-all-friends', 'Friends list retrieved successfully', friendships],
  ['get-blocked-users', 'Blocked users retrieved successfully', blocks],
];

describe.each(lists)('%s', (verb, message, fill) => {
  let graph: SocialGraphUnderTest;
  let ann: string;
  let others: string[];
  beforeAll(async () => {
    graph = await startSocialGraphUnderTest();
    ann = await graph.addUser();
    const older = await graph.addUsers(60);
    // Ids above and below the caller's, so that friendships name her on either side.
    others = [...older, ...await graph.addUsers(60)];
    await fill(graph, ann, others);
  });
  afterAll(() => graph.stop());

  it('is empty for who has nobody', async () => {
    expect(await graph.call(verb, newId())).toEqual({ status: 200, body: { success: true, message, data: [] } });
  });

  it('gives 50 at first, and everybody once, newest first, to who follows its cursors', async () => {
    const pages = await graph.readAll(verb, ann);
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20]);
    const order = new Map(others.map((id, index) => [id, timeOf(index).getTime()]));
    const expected = [...others].sort((one, other) => (order.get(other) ?? 0) - (order.get(one) ?? 0) || (one < other ? 1 : -1));
    expect(idsOf(pages.flat())).toEqual(expected);
  });

  it('names no cursor after a last page that is full', async () => {
    expect((await graph.readAll(verb, ann, { limit: 40 })).map((page) => page.length)).toEqual([40, 40, 40]);
  });

  it('shows of a person what anybody may see', async () => {
    const viewer = await graph.addUser();
    const shown = await graph.addUser({ email: 'shown@example.com', userName: 'Shown', about: 'me', profileImage: 'https://example.com/me.png' });
    await fill(graph, viewer, [shown]);
    expect((await graph.call(verb, viewer)).body.data).toEqual([{ id: shown, user_name: 'Shown', about: 'me', profile_image: 'https://example.com/me.png' }]);
  });

  it.each([['a limit of none', { limit: 0 }, 'limit'], ['a limit above 100', { limit: 101 }, 'limit'], ['a wrong cursor', { cursor: 'abc' }, 'cursor']])(
    'refuses %s', async (_what, paging, field) => {
      expect(await graph.call(verb, ann, paging)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ field }] } });
    });
});
