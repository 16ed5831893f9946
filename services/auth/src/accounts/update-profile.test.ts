import type { UserEvent } from '@chat-backend/contracts';
import { whileCommitsFail } from '@chat-backend/testing';
import { password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';

/** What a profile event says of a field; before the first there was nothing. */
const valueOf = (event: UserEvent | undefined, field: 'age' | 'userName'): unknown => (event?.kind === 'profile' ? event[field] : null);

describe('update-profile', () => {
  let auth: AuthUnderTest;
  let userId: string;
  let token: string;
  beforeAll(async () => { auth = await startAuthUnderTest(); });
  afterAll(() => auth.stop());
  beforeEach(async () => {
    const email = await verifiedUser(auth);
    ({ id: userId, token } = (await auth.call('login', { email, password })).body.data);
  });

  const update = (body: object) => auth.call('update-profile', { token, ...body });
  const details = async () => (await auth.call('get-user-details', { token })).body.data;
  const whole = { userName: 'Ann', about: 'climbs', profileImage: 'https://example.com/ann.png', age: 30 };
  const nothing = { userName: null, about: null, profileImage: null, age: null };

  it('changes what is given, clears what is null and leaves the rest', async () => {
    expect(await update(whole)).toMatchObject({ status: 200, body: { success: true, message: 'profile update successfully', data: whole } });
    expect((await update({ about: null, age: 31 })).body.data).toEqual({ ...whole, about: null, age: 31 });
    expect(await details()).toMatchObject({ ...whole, about: null, age: 31 });
  });

  it('tells the user, in their log, the whole profile as it is now', async () => {
    // Number 1 tells that the session began.
    const createdAt = expect.any(String) as string;
    expect(await auth.addedBy(() => update(whole))).toEqual([{ userId, event: { number: 2, createdAt, kind: 'profile', ...whole } }]);
    expect(await auth.addedBy(() => update({ age: null }))).toEqual([{ userId, event: { number: 3, createdAt, kind: 'profile', ...whole, age: null } }]);
  });

  it.each([
    ['with nothing', {}], ['with what is the same', whole], ['with one field that is the same', { about: 'climbs' }], ['with fields that are not its own', { email: 'other@example.com' }],
  ])('called %s changes nothing and tells nobody', async (_what, body) => {
    await update(whole);
    const stored = () => auth.database.query('select * from users where id = $1', [userId]);
    const before = await stored();
    expect(await auth.addedBy(async () => { expect((await update(body)).body.data).toEqual(whole); })).toEqual([]);
    expect(await stored()).toEqual(before);
  });

  it('tells nobody when it does not commit, and changes nothing', async () => {
    expect(await auth.addedBy(async () => { expect((await whileCommitsFail(auth.database, () => update(whole))).status).toBe(500); })).toEqual([]);
    expect(await details()).toMatchObject(nothing);
  });

  it('takes changes at once one after the other: each is told on top of the one before', async () => {
    const told: UserEvent[] = [];
    auth.context.events.on('user.changed', ({ logged }) => { told.push(...logged.filter((each) => each.userId === userId).map(({ event }) => event)); });
    const changes = Array.from({ length: 6 }, (_, index) => [{ age: 20 + index }, { userName: `name ${index}` }]).flat();
    const replies = await Promise.all(changes.map(update));
    expect(replies.map(({ status }) => status)).toEqual(changes.map(() => 200));

    const inOrder = told.sort((one, other) => one.number - other.number);
    expect(inOrder.map(({ number }) => number)).toEqual(changes.map((_, index) => index + 2));
    const fieldsChanged = inOrder.map((event, index) => (['age', 'userName'] as const).filter((field) => valueOf(event, field) !== valueOf(inOrder[index - 1], field)));
    expect(fieldsChanged.map(({ length }) => length)).toEqual(changes.map(() => 1));
    expect(await details()).toMatchObject({ age: valueOf(inOrder.at(-1), 'age'), userName: valueOf(inOrder.at(-1), 'userName') });
  });

  it('refuses a session that has ended, and tells nobody', async () => {
    await auth.call('logout', { token });
    expect(await auth.addedBy(async () => { expect(await update(whole)).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } }); })).toEqual([]);
  });
});
