import { newId } from '@chat-backend/database';
import { whileCommitsFail } from '@chat-backend/testing';
import { startGroupUnderTest, told, type GroupUnderTest } from '../group.fixture';

describe('leave-group', () => {
  let groups: GroupUnderTest;
  let ann: string;
  let bob: string;
  let eve: string;
  beforeAll(async () => { groups = await startGroupUnderTest(); [ann, bob, eve] = await groups.addUsers(3) as [string, string, string]; });
  afterAll(() => groups.stop());

  const leave = (userId: string, groupId: string) => groups.call('leave-group', userId, { groupId });

  it('ends the membership', async () => {
    const groupId = await groups.addGroup(ann, bob);
    expect(await leave(bob, groupId)).toEqual({ status: 200, body: { success: true, message: 'Group left successfully' } });
    expect(await groups.stored(groupId)).toEqual({ ownerId: ann, version: 3, isClosed: false, members: [{ userId: ann, role: 'owner' }] });
  });

  it.each([['the lower id', () => [ann, eve] as const], ['the higher id', () => [eve, ann] as const]])(
    'hands an owner\'s group to the longest-standing member, who has %s', async (_which, members) => {
      const [elder, younger] = members();
      const groupId = await groups.addGroup(bob, elder, younger);
      await leave(bob, groupId);
      expect(await groups.stored(groupId)).toEqual({
        ownerId: elder, version: 4, isClosed: false, members: [{ userId: elder, role: 'owner' }, { userId: younger, role: 'member' }],
      });
    });

  it('tells who left, and who follows an owner', async () => {
    const groupId = await groups.addGroup(ann, bob, eve);
    expect(await groups.addedBy(() => leave(ann, groupId))).toMatchObject(told(groupId, { userId: ann, state: 'none' }, { userId: bob, state: 'owner' }));
    expect(await groups.addedBy(() => leave(eve, groupId))).toMatchObject(told(groupId, { userId: eve, state: 'none' }));
    expect(await groups.addedBy(() => leave(bob, groupId))).toMatchObject(told(groupId, { userId: bob, state: 'none' }));
    expect(await groups.addedBy(() => leave(bob, groupId))).toEqual([]);
  });

  it('tells nobody when it does not commit, and lets nobody go', async () => {
    const groupId = await groups.addGroup(ann, bob);
    const before = await groups.stored(groupId);
    expect(await groups.addedBy(async () => { expect((await whileCommitsFail(groups.database, () => leave(ann, groupId))).status).toBe(500); })).toEqual([]);
    expect(await groups.stored(groupId)).toEqual(before);
  });

  it('records that a group passed on, and to whom', async () => {
    const groupId = await groups.addGroup(ann, bob, eve);
    await leave(eve, groupId);
    await leave(ann, groupId);
    await leave(bob, groupId);
    expect(await groups.database.query('select action, user_id, subject_id, call, address from audit_log where object_id = $1', [groupId])).toEqual([
      { action: 'group.owner-changed', user_id: ann, subject_id: bob, call: 'leave-group', address: '127.0.0.1' },
    ]);
  });

  it('closes the group behind the last one', async () => {
    const groupId = await groups.addGroup(ann, bob);
    await leave(ann, groupId);
    await leave(bob, groupId);
    expect(await groups.stored(groupId)).toEqual({ ownerId: null, version: 4, isClosed: true, members: [] });
    expect(await leave(bob, groupId)).toMatchObject({ status: 404, body: { code: 'GROUP_NOT_FOUND' } });
  });

  it('refuses who is no member, and a group that is not there', async () => {
    const groupId = await groups.addGroup(ann);
    expect(await leave(bob, groupId)).toMatchObject({ status: 403, body: { code: 'NOT_A_MEMBER' } });
    expect(await leave(bob, newId())).toMatchObject({ status: 404, body: { code: 'GROUP_NOT_FOUND' } });
    expect((await groups.stored(groupId)).version).toBe(1);
  });

  it('leaves one owner behind, or a closed group, whoever leaves and joins at once', async () => {
    for (let round = 0; round < 6; round += 1) {
      const groupId = await groups.addGroup(ann, bob);
      const replies = await Promise.all([leave(ann, groupId), groups.call('join-group', eve, { groupId }), leave(bob, groupId), leave(bob, groupId)]);
      expect(replies.filter(({ status }) => status >= 500)).toEqual([]);
      const { ownerId, isClosed, members, version } = await groups.stored(groupId);
      expect(members).toEqual(isClosed ? [] : [{ userId: eve, role: 'owner' }]);
      expect(ownerId).toBe(isClosed ? null : eve);
      expect(version).toBe(2 + replies.filter(({ status }) => status === 200).length);
    }
  });

  it.each<[string, (groupId: string) => Promise<unknown>]>([
    ['leaving', (groupId) => leave(bob, groupId)],
    ['removal', (groupId) => groups.call('remove-member', ann, { groupId, userId: bob })],
    ['joining', (groupId) => groups.call('join-group', eve, { groupId })],
  ])('%s waits for what is sending to the group', async (_what, change) => {
    const groupId = await groups.addGroup(ann, bob);
    const before = await groups.stored(groupId);
    await groups.behindSending(groupId, async () => { expect(await groups.stored(groupId)).toEqual(before); }, () => change(groupId));
    expect((await groups.stored(groupId)).version).toBe(before.version + 1);
  });
});
