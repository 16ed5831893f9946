import type { FriendsRecord } from '@chat-backend/contracts';
import { startSocialGraphUnderTest, type SocialGraphUnderTest } from '../social-graph.fixture';

describe('export-friends', () => {
  let graph: SocialGraphUnderTest;
  beforeAll(async () => { graph = await startSocialGraphUnderTest(); });
  afterAll(() => graph.stop());

  const exported = async (userId: string): Promise<FriendsRecord[][]> => await graph.readAll('export-friends', userId) as unknown as FriendsRecord[][];

  it('gives friends, requests both ways whatever became of them, and whom I block; not who blocks me', async () => {
    const me = await graph.addUser({ userName: 'me' });
    const friend = await graph.addUser({ userName: 'a friend' });
    const [asked, asking, blocked, blocker, stranger] = await graph.addUsers(5) as [string, string, string, string, string];
    await graph.befriend(me, friend);
    await graph.call('sent-request', me, { to: asked });
    await graph.call('sent-request', asking, { to: me });
    await graph.call('reject-request', me, { to: asking });
    await graph.block(me, blocked);
    await graph.block(blocker, me);
    await graph.befriend(friend, stranger);
    const records = (await exported(me)).flat();
    expect(records).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'friend', user: { id: friend, user_name: 'a friend', about: null, profile_image: null } }),
      expect.objectContaining({ kind: 'requestSent', user: expect.objectContaining({ id: friend }) as object, status: 'accepted' }),
      expect.objectContaining({ kind: 'requestSent', user: expect.objectContaining({ id: asked }) as object, status: 'pending' }),
      expect.objectContaining({ kind: 'requestReceived', user: expect.objectContaining({ id: asking }) as object, status: 'rejected' }),
      expect.objectContaining({ kind: 'blocked', user: expect.objectContaining({ id: blocked }) as object }),
    ]));
    expect(records).toHaveLength(5);
  });

  it('is in the audit log, once however many pages there are', async () => {
    const me = await graph.addUser({ userName: 'me' });
    expect((await exported(me)).length).toBeGreaterThan(1);
    expect(await graph.database.query('select action, user_id, call, address from audit_log where user_id = $1', [me])).toEqual([
      { action: 'account.exported', user_id: me, call: 'export-friends', address: '127.0.0.1' },
    ]);
  });

  it('comes in pages of a hundred, each record once, also those of users who are gone', async () => {
    const [me] = await graph.addUsers(1) as [string];
    const others = await graph.addUsers(230);
    await graph.database.query(
      `insert into friendships (low_user_id, high_user_id) select least($1::uuid, id), greatest($1::uuid, id) from unnest($2::uuid[]) id`, [me, others]);
    await graph.database.query('delete from users where id = any ($1)', [others.slice(0, 5)]);
    const pages = await exported(me);
    expect(Math.max(...pages.map(({ length }) => length))).toBe(100);
    expect(pages.flat().map(({ user }) => user.id).sort()).toEqual(others.toSorted());
  });
});
