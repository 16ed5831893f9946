import { authRefreshReply, userEvent, type SyncReply, type UserEvent } from '@chat-backend/contracts';
import { refuse, succeed, succeedWith } from './api-client';
import { endedWithinMs, msUntilEnded, newDevice } from './ended-sessions';
import { newPerson } from './people';
import { connectSocket, refusedConnection } from './socket-client';
import type { CurrentShape } from './shape';

/** Sessions as their user manages them, and what their end means to REST and to sockets on every process. */
export const describeSessions = (shape: CurrentShape): void => {
  it('one that is revoked ends within two seconds on every process, and no other does', async () => {
    const person = await newPerson(shape());
    const [ended, stays] = [await newDevice(shape(), person), await newDevice(shape(), person)];
    expect(await msUntilEnded(shape(), ended, () => succeed(shape().url, 'revoke-session', { token: person.token, sessionId: ended.sessionId }))).toBeLessThan(endedWithinMs);
    await refuse(shape().url, 'refresh-token', { refreshToken: ended.refreshToken }, 401, 'SESSION_REVOKED');
    for (const url of shape().socketUrls) expect(await refusedConnection(url, { token: ended.token })).toMatchObject({ code: 'SESSION_REVOKED' });
    expect(stays.sockets.map(({ socket }) => socket.connected)).toEqual([true, true]);
    await refuse(shape().url, 'revoke-session', { token: person.token, sessionId: ended.sessionId }, 404, 'SESSION_NOT_FOUND');
    for (const { close } of stays.sockets) close();
  });

  it('logout-everywhere ends all others, then all', async () => {
    const person = await newPerson(shape());
    const [one, other] = [await newDevice(shape(), person), await newDevice(shape(), person)];
    expect(await msUntilEnded(shape(), other, () => succeed(shape().url, 'logout-everywhere', { token: one.token, exceptThis: true }))).toBeLessThan(endedWithinMs);
    await succeed(shape().url, 'refresh-token', { refreshToken: one.refreshToken });
    expect(await msUntilEnded(shape(), one, () => succeed(shape().url, 'logout-everywhere', { token: one.token }))).toBeLessThan(endedWithinMs);
  });

  it('get-sessions names the devices, and is none of anybody else\'s business', async () => {
    const [person, stranger] = [await newPerson(shape()), await newPerson(shape())];
    const phone = await newDevice(shape(), person, 'Phone/1.0');
    type Listed = { id: string; isCurrent: boolean; device: string | null }[];
    const listed = await succeedWith<Listed>(shape().url, 'get-sessions', { token: person.token });
    expect(listed.filter(({ isCurrent }) => isCurrent)).toHaveLength(1);
    expect(listed.find(({ id }) => id === phone.sessionId)).toMatchObject({ isCurrent: false, device: 'Phone/1.0' });
    expect((await succeedWith<Listed>(shape().url, 'get-sessions', { token: stranger.token })).map(({ id }) => id)).not.toContain(phone.sessionId);
    await refuse(shape().url, 'revoke-session', { token: stranger.token, sessionId: phone.sessionId }, 404, 'SESSION_NOT_FOUND');
    expect(phone.sockets.map(({ socket }) => socket.connected)).toEqual([true, true]);
    for (const { close } of phone.sockets) close();
  });

  it('auth:refresh takes the next token of the same user, and no other user\'s', async () => {
    const [person, stranger] = [await newPerson(shape()), await newPerson(shape())];
    const socket = await connectSocket(shape().socketUrls[1], person.token);
    const { token } = await succeedWith<{ token: string }>(shape().url, 'refresh-token', { refreshToken: person.refreshToken });
    expect(authRefreshReply.parse(await socket.ask('auth:refresh', { token })).expiresIn).toBeGreaterThan(600);
    expect(await socket.ask('auth:refresh', { token: stranger.token })).toMatchObject({ success: false, code: 'TOKEN_INVALID' });
    expect(socket.socket.connected).toBe(true);
    socket.close();
  });

  it('what begins or ends a session, and a new password, reach the other devices, live and by sync', async () => {
    const person = await newPerson(shape());
    const watching = await connectSocket(shape().socketUrls[1], person.token);
    const { log: before } = await watching.ask('sync', {}) as SyncReply;
    const live: UserEvent[] = [];
    watching.socket.on('userEvent', (event: unknown) => { live.push(userEvent.parse(event)); });
    const device = await newDevice(shape(), person, 'Phone/1.0');
    for (const { close } of device.sockets) close();
    await succeed(shape().url, 'update-password', { token: device.token, password: 'another password' });
    await succeed(shape().url, 'revoke-session', { token: person.token, sessionId: device.sessionId });
    while (live.length < 3) await watching.next('userEvent');
    const inOrder = live.toSorted((one, other) => one.number - other.number);
    const session = { kind: 'session', sessionId: device.sessionId, device: 'Phone/1.0' };
    expect(inOrder).toMatchObject([{ ...session, state: 'active' }, { kind: 'password', changedBySessionId: device.sessionId }, { ...session, state: 'ended' }]);
    const { log } = await watching.ask('sync', { afterNumber: before.lastNumber }) as SyncReply;
    // What has ended takes the place of what began.
    expect(log.events).toEqual(inOrder.slice(1));
    watching.close();
  });
};
