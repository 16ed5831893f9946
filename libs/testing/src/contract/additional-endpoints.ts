import { refuse, succeed, succeedWith } from './api-client';
import { newFriends, newGroup, newPerson, type TestPerson } from './people';
import { connectSocket } from './socket-client';
import type { CurrentShape } from './shape';

interface Listed { id: string }
const idsOf = (listed: readonly Listed[]): string[] => listed.map(({ id }) => id);

/** What the document does not name, and what belongs to somebody else. */
export const describeAdditionalEndpoints = (shape: CurrentShape): void => {
  const list = async (name: string, person: TestPerson, more: object = {}): Promise<string[]> =>
    idsOf(await succeedWith<Listed[]>(shape().url, name, { token: person.token, ...more }));

  it('search-users finds by the beginning of a name and by a whole address', async () => {
    const [me, sought] = await Promise.all([newPerson(shape()), newPerson(shape(), `zoë ${Date.now()}`)]);
    const { userName } = await succeedWith<{ userName: string }>(shape().url, 'get-user-details', { token: sought.token });
    expect(await list('search-users', me, { query: userName.slice(0, -1) })).toContain(sought.id);
    expect(await list('search-users', me, { query: sought.email })).toEqual([sought.id]);
    expect(await list('search-users', me, { query: sought.email.slice(0, -1) })).toEqual([]);
  });

  it('cancel-request takes back a request, and only one\'s own', async () => {
    const [one, other, third] = await Promise.all([newPerson(shape()), newPerson(shape()), newPerson(shape())]);
    await succeed(shape().url, 'sent-request', { token: one.token, to: other.id });
    await refuse(shape().url, 'cancel-request', { token: third.token, to: other.id }, 404, 'REQUEST_NOT_FOUND');
    await succeed(shape().url, 'cancel-request', { token: one.token, to: other.id });
    expect(await list('get-all-received-requests', other)).toEqual([]);
    await refuse(shape().url, 'accept-request', { token: other.token, to: one.id }, 404, 'REQUEST_NOT_FOUND');
  });

  it('a request can be answered by its receiver alone', async () => {
    const [one, other, third] = await Promise.all([newPerson(shape()), newPerson(shape()), newPerson(shape())]);
    await succeed(shape().url, 'sent-request', { token: one.token, to: other.id });
    for (const stranger of [one, third]) {
      await refuse(shape().url, 'accept-request', { token: stranger.token, to: other.id }, 404, 'REQUEST_NOT_FOUND');
      await refuse(shape().url, 'reject-request', { token: stranger.token, to: one.id }, 404, 'REQUEST_NOT_FOUND');
    }
    expect(await list('get-all-received-requests', other)).toEqual([one.id]);
  });

  it('remove-friend ends the friendship and keeps the history', async () => {
    const [one, other] = await newFriends(shape());
    const socket = await connectSocket(shape().socketUrls[1], one.token);
    await socket.store({ to: other.id, chatType: 'friend', message: 'before' });
    await succeed(shape().url, 'remove-friend', { token: other.token, to: one.id });
    expect(await list('get-all-friends', one)).toEqual([]);
    expect(await socket.send({ to: other.id, chatType: 'friend', message: 'after' })).toMatchObject({ success: false, code: 'NOT_FRIENDS' });
    expect(await list('get-messages', other, { chatId: one.id, chatType: 'friend' })).toHaveLength(1);
    socket.close();
  });

  it('a block holds both ways: nothing is sent or found, and the history and common groups stay', async () => {
    const [blocker, blocked] = await newFriends(shape());
    const groupId = await newGroup(shape(), blocker, [blocked]);
    const [atBlocker, atBlocked] = await Promise.all([connectSocket(shape().socketUrls[0], blocker.token), connectSocket(shape().socketUrls[1], blocked.token)]);
    await atBlocker.store({ to: blocked.id, chatType: 'friend', message: 'before' });
    await atBlocked.receive(1);
    const told = atBlocked.next<{ kind: string; state: string }>('userEvent');
    await succeed(shape().url, 'block-user', { token: blocker.token, to: blocked.id });
    expect(await told).toMatchObject({ kind: 'friendship', state: 'none' });

    const pairs = [[blocker, atBlocker, blocked], [blocked, atBlocked, blocker]] as const;
    for (const [one, socket, other] of pairs) {
      const chat = { chatId: other.id, chatType: 'friend' };
      expect(await socket.send({ to: other.id, chatType: 'friend', message: 'after' })).toMatchObject({ success: false, code: 'NOT_FRIENDS' });
      await refuse(shape().url, 'edit-message', { token: one.token, ...chat, seq: 1, message: 'after' }, 403, 'NOT_FRIENDS');
      await refuse(shape().url, 'delete-message', { token: one.token, ...chat, seq: 1 }, 403, 'NOT_FRIENDS');
      await refuse(shape().url, 'sent-request', { token: one.token, to: other.id }, 404, 'USER_NOT_FOUND');
      expect(await list('search-users', one, { query: other.email })).toEqual([]);
      for (const name of ['get-all-friends', 'get-all-users-accept-requests']) expect(await list(name, one)).toEqual([]);
      expect(await succeedWith(shape().url, 'get-messages', { token: one.token, ...chat })).toMatchObject([{ message: 'before' }]);
      expect(await list('get-group-members', one, { groupId })).toEqual([blocker.id, blocked.id]);
    }
    await atBlocker.store({ to: groupId, chatType: 'group', message: 'to all' });
    // Whatever had been pushed to the blocked one of what was refused would have come before this.
    expect((await atBlocked.receive(2)).map(({ message }) => message)).toEqual(['before', 'to all']);

    expect([await list('get-blocked-users', blocker), await list('get-blocked-users', blocked)]).toEqual([[blocked.id], []]);
    await succeed(shape().url, 'unblock-user', { token: blocker.token, to: blocked.id });
    expect(await list('search-users', blocked, { query: blocker.email })).toEqual([blocker.id]);
    expect(await atBlocked.send({ to: blocker.id, chatType: 'friend', message: 'after' })).toMatchObject({ success: false, code: 'NOT_FRIENDS' });
    for (const { close } of [atBlocker, atBlocked]) close();
  });

  it('a chat and a group are none of a stranger\'s business', async () => {
    const [one, other] = await newFriends(shape());
    const stranger = await newPerson(shape());
    const groupId = await newGroup(shape(), one, [other]);
    const { token } = stranger;
    await refuse(shape().url, 'get-messages', { token, chatId: one.id, chatType: 'friend' }, 404, 'CONVERSATION_NOT_FOUND');
    await refuse(shape().url, 'get-messages', { token, chatId: groupId, chatType: 'group' }, 403, 'NOT_A_MEMBER');
    await refuse(shape().url, 'get-group-members', { token, groupId }, 403, 'NOT_A_MEMBER');
    await refuse(shape().url, 'leave-group', { token, groupId }, 403, 'NOT_A_MEMBER');
    await refuse(shape().url, 'remove-member', { token, groupId, userId: other.id }, 403, 'NOT_A_MEMBER');
    await refuse(shape().url, 'remove-member', { token: other.token, groupId, userId: one.id }, 403, 'NOT_THE_OWNER');
  });

  it('leave-group and remove-member end membership', async () => {
    const [owner, leaver, removed] = await Promise.all([newPerson(shape()), newPerson(shape()), newPerson(shape())]);
    const groupId = await newGroup(shape(), owner, [leaver, removed]);
    await succeed(shape().url, 'leave-group', { token: leaver.token, groupId });
    await succeed(shape().url, 'remove-member', { token: owner.token, groupId, userId: removed.id });
    expect(await list('get-group-members', owner, { groupId })).toEqual([owner.id]);
    for (const { token } of [leaver, removed]) await refuse(shape().url, 'get-messages', { token, chatId: groupId, chatType: 'group' }, 403, 'NOT_A_MEMBER');
  });

  it('what is not there is 404', async () => {
    const { token, id } = await newPerson(shape());
    const nobody = '00000000-0000-7000-8000-000000000000';
    await refuse(shape().url, 'sent-request', { token, to: nobody }, 404, 'USER_NOT_FOUND');
    await refuse(shape().url, 'sent-request', { token, to: id }, 400, 'CANNOT_BEFRIEND_YOURSELF');
    await refuse(shape().url, 'remove-friend', { token, to: nobody }, 404, 'FRIEND_NOT_FOUND');
    for (const name of ['join-group', 'leave-group', 'get-group-members']) await refuse(shape().url, name, { token, groupId: nobody }, 404, 'GROUP_NOT_FOUND');
    await refuse(shape().url, 'get-chat-details', { token, chatId: nobody, chatType: 'friend' }, 404, 'USER_NOT_FOUND');
    await refuse(shape().url, 'get-chat-details', { token, chatId: nobody, chatType: 'group' }, 404, 'GROUP_NOT_FOUND');
  });

  it('lists are paged by cursor', async () => {
    const me = await newPerson(shape());
    const groups: string[] = [];
    for (let count = 0; count < 5; count += 1) groups.push(await newGroup(shape(), me, []));
    const seen: string[] = [];
    for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page += 1) {
      const reply = await succeed(shape().url, 'get-all-groups', { token: me.token, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...idsOf(reply['data'] as Listed[]));
      cursor = reply['nextCursor'] as string | undefined;
      expect(page).toBeLessThan(5);
    }
    expect(seen.sort()).toEqual(groups.sort());
  });

  it('a refresh token that was used before the last one ends the session', async () => {
    const me = await newPerson(shape());
    const second = await succeedWith<{ refreshToken: string }>(shape().url, 'refresh-token', { refreshToken: me.refreshToken });
    const third = await succeedWith<{ refreshToken: string }>(shape().url, 'refresh-token', { refreshToken: second.refreshToken });
    // Ten seconds of grace cover a lost reply; past them, an old token is a stolen one.
    await shape().query("update refresh_tokens set used_at = used_at - interval '1 minute' where used_at is not null");
    await refuse(shape().url, 'refresh-token', { refreshToken: me.refreshToken }, 401, 'SESSION_REVOKED');
    await refuse(shape().url, 'refresh-token', { refreshToken: third.refreshToken }, 401, 'SESSION_REVOKED');
  });
};
