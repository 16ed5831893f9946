import { newId } from '@chat-backend/database';
import { idsOf, startGroupUnderTest, type GroupUnderTest } from '../group.fixture';

describe('get-group-members', () => {
  let groups: GroupUnderTest;
  let ann: string;
  let bob: string;
  beforeAll(async () => { groups = await startGroupUnderTest(); [ann, bob] = await groups.addUsers(2) as [string, string]; });
  afterAll(() => groups.stop());

  it('lists members in the order of joining, with their roles and without their addresses', async () => {
    const groupId = await groups.addGroup(bob, ann);
    const shown = (id: string, role: string) => ({ id, user_name: `user ${id}`, about: null, profile_image: null, role });
    expect(await groups.call('get-group-members', ann, { groupId })).toEqual({
      status: 200, body: { success: true, message: 'Members retrieved successfully', data: [shown(bob, 'owner'), shown(ann, 'member')] },
    });
  });

  it('gives everybody once to who follows its cursors', async () => {
    const groupId = await groups.addGroup(ann);
    const others = await groups.addUsers(119);
    await groups.database.query(
      `insert into group_members (group_id, user_id, joined_at)
       select $1, id, now() + make_interval(mins => (place / 3)::int) from unnest($2::uuid[]) with ordinality as t (id, place)`, [groupId, others]);
    const pages = await groups.readAll('get-group-members', ann, { groupId });
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20]);
    expect(idsOf(pages.flat())).toEqual([ann, ...others]);
    expect((await groups.readAll('get-group-members', ann, { groupId, limit: 40 })).map((page) => page.length)).toEqual([40, 40, 40]);
  });

  it('refuses who is no member, a group that is not there, and one that is closed', async () => {
    const open = await groups.addGroup(ann);
    const closed = await groups.addGroup(ann);
    await groups.call('leave-group', ann, { groupId: closed });
    expect(await groups.call('get-group-members', bob, { groupId: open })).toMatchObject({ status: 403, body: { code: 'NOT_A_MEMBER' } });
    for (const groupId of [newId(), closed]) {
      expect(await groups.call('get-group-members', ann, { groupId })).toMatchObject({ status: 404, body: { code: 'GROUP_NOT_FOUND' } });
    }
  });

  it('refuses a wrong cursor', async () => {
    const groupId = await groups.addGroup(ann);
    expect(await groups.call('get-group-members', ann, { groupId, cursor: 'abc' })).toMatchObject({ status: 400, body: { errors: [{ field: 'cursor' }] } });
  });
});
