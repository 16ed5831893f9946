import type { Person, StoredMessage } from '@chat-backend/contracts';
import { refuse, succeed, succeedWith } from './api-client';
import { newPerson, type TestPerson } from './people';
import { connectSocket, type TestSocket } from './socket-client';
import type { CurrentShape } from './shape';

/** The whole way of three people, each step on what the one before left. */
export const describeStory = (shape: CurrentShape): void => {
  let ada: TestPerson;
  let ben: TestPerson;
  let cleo: TestPerson;
  let groupId: string;
  const sockets: TestSocket[] = [];
  const online = async (person: TestPerson, which: 0 | 1): Promise<TestSocket> => {
    const socket = await connectSocket(shape().socketUrls[which], person.token);
    sockets.push(socket);
    return socket;
  };
  const messagesOf = (person: TestPerson, chatId: string, chatType: string): Promise<StoredMessage[]> =>
    succeedWith<StoredMessage[]>(shape().url, 'get-messages', { token: person.token, chatId, chatType });
  afterAll(() => { for (const socket of sockets) socket.close(); });

  it('two people register, verify and log in', async () => {
    ada = await newPerson(shape(), 'Ada');
    ben = await newPerson(shape(), 'Ben');
    expect(await succeedWith(shape().url, 'get-user-details', { token: ada.token })).toMatchObject({ id: ada.id, email: ada.email, userName: 'Ada' });
  });

  it('one finds the other and they become friends', async () => {
    const found = await succeedWith<Person[]>(shape().url, 'search-users', { token: ada.token, query: ben.email });
    expect(found.map(({ id }) => id)).toEqual([ben.id]);
    await succeed(shape().url, 'sent-request', { token: ada.token, to: ben.id });
    expect(await succeedWith(shape().url, 'get-all-received-requests', { token: ben.token })).toMatchObject([{ id: ada.id, user_name: 'Ada' }]);
    await succeed(shape().url, 'accept-request', { token: ben.token, to: ada.id });
    expect(await succeedWith(shape().url, 'get-all-friends', { token: ada.token })).toMatchObject([{ id: ben.id, user_name: 'Ben' }]);
  });

  it('they chat live', async () => {
    const atAda = await online(ada, 0);
    const atBen = await online(ben, 1);
    const sent = await atAda.store({ to: ben.id, chatType: 'friend', message: 'Hello Ben' });
    expect(sent).toMatchObject({ to: ben.id, from: ada.id, seq: 1 });
    expect(await atBen.receive(1)).toMatchObject([{ to: ben.id, from: ada.id, id: sent.id, seq: 1, message: 'Hello Ben', messageType: 'TEXT', chatType: 'friend' }]);
    const answered = await atBen.store({ to: ada.id, chatType: 'friend', message: 'Hello Ada' });
    expect(answered.seq).toBe(2);
    expect(await atAda.receive(1)).toMatchObject([{ from: ben.id, message: 'Hello Ada' }]);
  });

  it('they make a group and a third person joins', async () => {
    groupId = (await succeedWith<{ id: string }>(shape().url, 'create-group', { token: ada.token, groupName: 'Friends', about: 'us' })).id;
    await succeed(shape().url, 'join-group', { token: ben.token, groupId });
    cleo = await newPerson(shape(), 'Cleo');
    const open = await succeedWith<{ id: string }[]>(shape().url, 'get-all-groups-join', { token: cleo.token, limit: 100 });
    expect(open.map(({ id }) => id)).toContain(groupId);
    await succeed(shape().url, 'join-group', { token: cleo.token, groupId });
    const members = await succeedWith<{ id: string; role: string }[]>(shape().url, 'get-group-members', { token: cleo.token, groupId });
    expect(members.map(({ id, role }) => [id, role])).toEqual([[ada.id, 'owner'], [ben.id, 'member'], [cleo.id, 'member']]);
  });

  it('what one says in the group reaches the others on every process', async () => {
    const [atAda, atBen] = sockets as [TestSocket, TestSocket];
    const atCleo = await online(cleo, 1);
    const sent = await atCleo.store({ to: groupId, chatType: 'group', message: 'Hello all' });
    for (const other of [atAda, atBen]) {
      const received = await other.receive(2);
      expect(received.at(-1)).toMatchObject({ id: sent.id, to: groupId, from: cleo.id, chatType: 'group', seq: 1 });
    }
    expect(atCleo.received).toEqual([]);
  });

  it('history and chat details read the same for all', async () => {
    const ofAda = await messagesOf(ada, ben.id, 'friend');
    expect(ofAda.map(({ message, from, to }) => [message, from, to])).toEqual([['Hello Ben', ada.id, ben.id], ['Hello Ada', ben.id, ada.id]]);
    expect((await messagesOf(ben, ada.id, 'friend')).map(({ id }) => id)).toEqual(ofAda.map(({ id }) => id));
    expect((await messagesOf(cleo, groupId, 'group')).map(({ message }) => message)).toEqual(['Hello all']);
    expect(await succeed(shape().url, 'get-chat-details', { token: ben.token, chatId: groupId, chatType: 'group' })).toMatchObject({ data: { id: groupId, user_name: 'Friends' }, userId: ben.id });
  });

  it('a session goes on with a refresh token and ends with logout', async () => {
    const renewed = await succeedWith<{ token: string; refreshToken: string }>(shape().url, 'refresh-token', { refreshToken: ada.refreshToken });
    expect(renewed.refreshToken).not.toBe(ada.refreshToken);
    await succeed(shape().url, 'get-user-details', { token: renewed.token });
    const ended = sockets[0]?.next('disconnect');
    await succeed(shape().url, 'logout', { token: renewed.token });
    await refuse(shape().url, 'refresh-token', { refreshToken: renewed.refreshToken }, 401, 'SESSION_REVOKED');
    await ended;
  });
};
