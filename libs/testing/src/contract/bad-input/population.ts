import { randomUUID } from 'node:crypto';
import { post, succeed } from '../api-client';
import { newEmail, newFriends, newGroup, newPerson, testPassword, type TestPerson } from '../people';
import type { Shape } from '../shape';
import { connectSocket } from '../socket-client';
import type { KnownValues } from './inputs-of-schema';

/** Somebody with a friend, a stranger, one who asks to be a friend and one who is asked, a group and a few messages: what inputs may be about. */
export interface Population { me: TestPerson; friend: TestPerson; stranger: TestPerson; asking: TestPerson; asked: TestPerson; groupId: string }

export const newPopulation = async (shape: Shape): Promise<Population> => {
  const [[me, friend], stranger, asking, asked] = await Promise.all([newFriends(shape), newPerson(shape), newPerson(shape), newPerson(shape)]);
  await succeed(shape.url, 'sent-request', { token: asking.token, to: me.id });
  await succeed(shape.url, 'sent-request', { token: me.token, to: asked.id });
  const groupId = await newGroup(shape, me, [friend]);
  const socket = await connectSocket(shape.url, me.token);
  for (const [to, chatType] of [[friend.id, 'friend'], [groupId, 'group']] as const) {
    for (const messageType of ['TEXT', 'IMAGE'] as const) await socket.store({ to, chatType, message: 'message_content', messageType });
  }
  socket.close();
  return { me, friend, stranger, asking, asked, groupId };
};

/** The same people while I can still log in, and others when not: what was tried may have ended my session, or changed my password. */
export const renewPopulation = async (shape: Shape, population: Population): Promise<Population> => {
  const { me } = population;
  const { status, body } = await post(shape.url, 'login', { email: me.email, password: me.password });
  return status === 200 ? { ...population, me: { ...me, ...body['data'] as Pick<TestPerson, 'token' | 'refreshToken'> } } : newPopulation(shape);
};

/** As a list gives them out, and as no list does: callers can make them up. */
const cursorsOf = (list: string): string[] => {
  const [at, id] = ['2026-01-01T00:00:00.000Z', randomUUID()];
  const contents: unknown[] = [
    [list, { at, id }], [list, { name: 'a', id }], [list, { at: '0000-01-01T00:00:00Z', id }], [list, { at: '9999-12-31T23:59:59.999999999Z', id }], [list, { name: 'a\u0000', id }], [list, { name: '\ud800', id }],
    [list, { at, id: 'x' }], [list, {}], [list], [], null, 'x', [list, { at, id, __proto__: {} }],
  ];
  return contents.map((content) => Buffer.from(JSON.stringify(content)).toString('base64url'));
};

/** @param name the endpoint's, which its cursors carry */
export const knownValues = ({ me, friend, stranger, asking, asked, groupId }: Population, name: string): KnownValues => ({
  token: [me.token], refreshToken: [me.refreshToken],
  email: [me.email, stranger.email, newEmail(), newEmail(), newEmail().toUpperCase()],
  password: [testPassword, testPassword, 'another password'], currentPassword: [testPassword], otp: ['123456'],
  to: [friend.id, asking.id, asked.id, stranger.id, groupId, me.id], userId: [friend.id, stranger.id, me.id], groupId: [groupId], chatId: [friend.id, groupId],
  seq: [1, 2, 3], afterSeq: [0, 1], beforeSeq: [2, 3], cursor: cursorsOf(name), query: [stranger.email, 'a', '%'],
  profileImage: ['new_image_url', 'https://example.com/image.png', 'javascript:alert(1)'],
});
