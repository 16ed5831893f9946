import { randomUUID } from 'node:crypto';
import { failureSchema, routeTable } from '@chat-backend/contracts';
import { post, refuse, succeed, succeedWith } from './api-client';
import { badBodies, noObjects, tooLargeBody } from './bad-bodies';
import { newEmail, newFriends, newGroup, newPerson, testPassword, type TestPerson } from './people';
import { storedRows } from './stored-rows';
import type { CurrentShape } from './shape';

const callsAtOnce = 8;

/** Every endpoint with bodies that are wrong in one thing: a clear 4xx, nothing stored. */
export const describeBodies = (shape: CurrentShape): void => {
  let me: TestPerson;
  let friend: TestPerson;
  let groupId: string;
  beforeAll(async () => {
    [me, friend] = await newFriends(shape());
    groupId = await newGroup(shape(), me, [friend]);
  });

  /** A right value for every field that any body has, so that a wrong one is the only fault. */
  const rightValues = (): Record<string, unknown> => ({
    email: newEmail(), password: testPassword, currentPassword: testPassword, otp: '123456', refreshToken: me.refreshToken,
    profileImage: 'image', about: 'about', age: 25, userName: 'name', groupName: 'name', query: 'name',
    to: friend.id, userId: friend.id, groupId, chatId: friend.id, chatType: 'friend', limit: 10,
    sessionId: randomUUID(), exceptThis: true, seq: 1, message: 'text', method: 'mail', afterNumber: 0,
    conversations: [{ chatId: friend.id, chatType: 'friend', afterSeq: 0, afterRevision: 0 }],
  });
  const validBody = (name: string, fields: readonly string[]): Record<string, unknown> => {
    const right = rightValues();
    const optionalAndUnneeded = ['otp', 'currentPassword', 'cursor', 'beforeSeq', 'afterSeq'];
    const taken = fields.filter((field) => field in right && !optionalAndUnneeded.includes(field)).map((field) => [field, right[field]]);
    return { ...(name === 'refresh-token' ? {} : { token: me.token }), ...Object.fromEntries(taken) };
  };

  it.each(routeTable)('$name', async (endpoint) => {
    const bodies = badBodies(endpoint, validBody(endpoint.name, Object.keys(endpoint.request.shape)));
    const before = await storedRows(shape());
    for (let first = 0; first < bodies.length; first += callsAtOnce) {
      await Promise.all(bodies.slice(first, first + callsAtOnce).map(async ({ what, field, body }) => {
        const reply = await post(shape().url, endpoint.name, body);
        const { success } = failureSchema.safeParse(reply.body);
        expect({ what, status: reply.status, body: reply.body, inDocumentedShape: success }).toMatchObject({
          what, status: 400, inDocumentedShape: true, body: { code: 'INVALID_REQUEST', errors: expect.arrayContaining([expect.objectContaining({ field })]) as unknown[] },
        });
      }));
    }
    for (const [what, text] of noObjects) {
      const reply = await post(shape().url, endpoint.name, text);
      expect({ what, status: reply.status, body: reply.body }).toMatchObject({ what, status: 400, body: { success: false, code: 'MALFORMED_JSON' } });
    }
    await refuse(shape().url, endpoint.name, tooLargeBody, 413, 'PAYLOAD_TOO_LARGE');
    await refuse(shape().url, endpoint.name, 'token=x', 415, 'UNSUPPORTED_MEDIA_TYPE', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(await storedRows(shape())).toEqual(before);
  }, 60_000);

  it('a token with NUL, a lone surrogate or of a wrong type is refused', async () => {
    for (const token of ['a\u0000b', 'a\ud800', 7, {}, [], true, null, 'x'.repeat(10_000)]) {
      const { status, body } = await post(shape().url, 'get-user-details', { token });
      expect([400, 401]).toContain(status);
      expect(failureSchema.safeParse(body).success).toBe(true);
    }
  });

  it('unknown fields are ignored and never stored', async () => {
    const account = { email: newEmail(), password: testPassword };
    const forged = { id: '00000000-0000-7000-8000-000000000001', isVerified: true, is_verified: true, isTwoFactorEnabled: true, passwordHash: 'x', __proto__: { isVerified: true }, role: 'owner' };
    await succeed(shape().url, 'register', { ...account, ...forged });
    const [user] = await shape().query<Record<string, unknown>>('select * from users where email = $1', [account.email]);
    expect(user).toMatchObject({ is_verified: false, is_two_factor_enabled: false });
    expect(user?.['id']).not.toBe(forged.id);

    const person = await newPerson(shape());
    await succeed(shape().url, 'update-profile', { token: person.token, userName: 'me', ...forged, email: account.email });
    expect(await succeedWith(shape().url, 'get-user-details', { token: person.token })).toMatchObject({ id: person.id, email: person.email });
    const created = await succeedWith<{ id: string }>(shape().url, 'create-group', { token: person.token, groupName: 'mine', ...forged, ownerId: friend.id });
    const [group] = await shape().query<Record<string, unknown>>('select * from groups where id = $1', [created.id]);
    expect(group).toMatchObject({ owner_id: person.id });
  });

  it('text survives as it was given', async () => {
    const person = await newPerson(shape());
    const about = 'ünï ✓ 👩‍👩‍👧 \n "quoted" \\ <b>not bold</b> $1 %s \u202e';
    await succeed(shape().url, 'update-profile', { token: person.token, about });
    expect(await succeedWith(shape().url, 'get-user-details', { token: person.token })).toMatchObject({ about });
    await succeed(shape().url, 'update-profile', { token: person.token, about: null });
    expect(await succeedWith(shape().url, 'get-user-details', { token: person.token })).toMatchObject({ about: null });
  });
};
