import { newId } from '@chat-backend/database';
import { idsOf, startGroupUnderTest, type GroupUnderTest } from '../group.fixture';

describe('the lists of groups', () => {
  let groups: GroupUnderTest;
  let ann: string;
  let bob: string;
  beforeEach(async () => { groups = await startGroupUnderTest(); [ann, bob] = await groups.addUsers(2) as [string, string]; });
  afterEach(() => groups.stop());

  const list = async (verb: string, userId: string) => idsOf((await groups.call(verb, userId)).body.data);

  it('divide the open groups into mine and those that I can join', async () => {
    const [mine, theirs, closed] = [await groups.addGroup(ann), await groups.addGroup(bob), await groups.addGroup(bob)];
    await groups.call('leave-group', bob, { groupId: closed });
    expect([await list('get-all-groups', ann), await list('get-all-groups-join', ann)]).toEqual([[mine], [theirs]]);
    await groups.call('join-group', ann, { groupId: theirs });
    await groups.call('leave-group', ann, { groupId: mine });
    expect([await list('get-all-groups', ann), await list('get-all-groups-join', ann)]).toEqual([[theirs], []]);
  });

  it('show a group as the contract has it', async () => {
    const given = { groupName: 'tea', about: 'green', profileImage: 'tea.png' };
    const { id } = (await groups.call('create-group', ann, given)).body.data as unknown as { id: string };
    expect((await groups.call('get-all-groups', ann)).body).toEqual({ success: true, message: 'Groups retrieved successfully', data: [{ id, ...given }] });
    expect((await groups.call('get-all-groups-join', bob)).body).toEqual({ success: true, message: 'Groups available to join', data: [{ id, ...given }] });
  });

  it('show mine in the order in which I joined, the last first', async () => {
    const [first, second] = [await groups.addGroup(bob), await groups.addGroup(bob)];
    await groups.call('join-group', ann, { groupId: second });
    await groups.call('join-group', ann, { groupId: first });
    expect(await list('get-all-groups', ann)).toEqual([first, second]);
  });

  it('give every group once, newest first, to who follows their cursors', async () => {
    const ids = Array.from({ length: 120 }, () => newId());
    await groups.database.query(`insert into groups (id, name, owner_id) select id, 'g', $2 from unnest($1::uuid[]) id`, [ids, bob]);
    await groups.database.query(
      `insert into group_members (group_id, user_id, joined_at)
       select id, $2, timestamptz '2026-01-01Z' + make_interval(mins => ((place - 1) / 3)::int) from unnest($1::uuid[]) with ordinality as t (id, place)`, [ids, bob]);
    const newestFirst = [...ids].reverse();
    for (const [verb, userId] of [['get-all-groups', bob], ['get-all-groups-join', ann]] as const) {
      const pages = await groups.readAll(verb, userId);
      expect([verb, pages.map((page) => page.length), idsOf(pages.flat())]).toEqual([verb, [50, 50, 20], newestFirst]);
      expect((await groups.readAll(verb, userId, { limit: 40 })).map((page) => page.length)).toEqual([40, 40, 40]);
    }
  });

  it.each(['get-all-groups', 'get-all-groups-join'])('refuse a wrong cursor and another list\'s: %s', async (verb) => {
    await groups.addGroup(ann);
    await groups.addGroup(ann);
    const other = await groups.call(verb === 'get-all-groups' ? 'get-all-groups-join' : 'get-all-groups', verb === 'get-all-groups' ? bob : ann, { limit: 1 });
    expect(other.body.nextCursor).toBeDefined();
    for (const cursor of ['abc', other.body.nextCursor]) {
      expect(await groups.call(verb, ann, { cursor })).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ field: 'cursor' }] } });
    }
  });
});
