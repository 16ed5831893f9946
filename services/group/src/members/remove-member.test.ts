import { newId } from '@chat-backend/database';
import { whileCommitsFail } from '@chat-backend/testing';
import { startGroupUnderTest, told, type GroupUnderTest } from '../group.fixture';

describe('remove-member', () => {
  let groups: GroupUnderTest;
  let ann: string;
  let bob: string;
  let eve: string;
  beforeAll(async () => { groups = await startGroupUnderTest(); [ann, bob, eve] = await groups.addUsers(3) as [string, string, string]; });
  afterAll(() => groups.stop());

  const remove = (userId: string, groupId: string, whom: string) => groups.call('remove-member', userId, { groupId, userId: whom });

  it('lets the owner remove a member', async () => {
    const groupId = await groups.addGroup(ann, bob);
    expect(await remove(ann, groupId, bob)).toEqual({ status: 200, body: { success: true, message: 'Member removed successfully' } });
    expect(await groups.stored(groupId)).toEqual({ ownerId: ann, version: 3, isClosed: false, members: [{ userId: ann, role: 'owner' }] });
  });

  it('tells who was removed, and nobody else', async () => {
    const groupId = await groups.addGroup(ann, bob, eve);
    expect(await groups.addedBy(() => remove(ann, groupId, bob))).toMatchObject(told(groupId, { userId: bob, state: 'none' }));
  });

  it('records who removed whom', async () => {
    const groupId = await groups.addGroup(ann, bob);
    await remove(ann, groupId, bob);
    expect(await groups.database.query('select action, user_id, subject_id, call from audit_log where object_id = $1', [groupId])).toEqual([
      { action: 'group.member-removed', user_id: ann, subject_id: bob, call: 'remove-member' },
    ]);
  });

  it('tells nobody when it does not commit, and removes nobody', async () => {
    const groupId = await groups.addGroup(ann, bob);
    const before = await groups.stored(groupId);
    expect(await groups.addedBy(async () => { expect((await whileCommitsFail(groups.database, () => remove(ann, groupId, bob))).status).toBe(500); })).toEqual([]);
    expect(await groups.stored(groupId)).toEqual(before);
  });

  it.each<[string, () => [caller: string, whom: string], number, string]>([
    ['a member', () => [bob, ann], 403, 'NOT_THE_OWNER'],
    ['who is no member', () => [eve, bob], 403, 'NOT_A_MEMBER'],
    ['to remove who is no member', () => [ann, eve], 404, 'MEMBER_NOT_FOUND'],
    ['to remove oneself', () => [ann, ann], 400, 'INVALID_REQUEST'],
  ])('refuses %s', async (_who, call, status, code) => {
    const groupId = await groups.addGroup(ann, bob);
    const before = await groups.stored(groupId);
    const [caller, whom] = call();
    expect(await groups.addedBy(async () => { expect(await remove(caller, groupId, whom)).toMatchObject({ status, body: { code } }); })).toEqual([]);
    expect(await groups.stored(groupId)).toEqual(before);
  });

  it('refuses a group that is not there', async () => {
    expect(await remove(ann, newId(), bob)).toMatchObject({ status: 404, body: { code: 'GROUP_NOT_FOUND' } });
  });

  it('names the field for who would remove oneself', async () => {
    expect((await remove(ann, await groups.addGroup(ann), ann)).body.errors).toMatchObject([{ field: 'userId' }]);
  });

  it('counts a member who leaves and is removed at once as gone once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const groupId = await groups.addGroup(ann, bob);
      const replies = await Promise.all([remove(ann, groupId, bob), groups.call('leave-group', bob, { groupId })]);
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      expect((await groups.stored(groupId)).version).toBe(3);
    }
  });
});
