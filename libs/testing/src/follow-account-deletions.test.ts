import { appendUserLog, followAccountDeletions, newId, openDatabase, type AccountDeletions, type Database, type DeletedAccount, type DeletionTiming } from '@chat-backend/database';
import { createInProcessEvents, type DomainEvents } from '@chat-backend/events';
import { createLogger } from '@chat-backend/service-kit';
import { createTestDatabase, type TestDatabase } from './test-database';

describe('the parts of a deletion', () => {
  let database: TestDatabase;
  let group: Database<'group'>;
  let events: DomainEvents;
  const following: AccountDeletions[] = [];
  beforeAll(async () => {
    database = await createTestDatabase();
    group = openDatabase('group', { url: database.urlFor('group'), poolSize: 4 });
  });
  beforeEach(() => { events = createInProcessEvents(); });
  afterEach(async () => {
    for (const deletions of following.splice(0)) await deletions.stop();
    await database.query('delete from account_deletions');
  });
  afterAll(async () => {
    await group.close();
    await database.drop();
  });

  const addDeletion = async (parts: readonly string[] = ['group'], userId = newId()): Promise<string> => {
    await database.query(
      `insert into account_deletions (user_id, erases_messages, session_ids, parts_left, requested_at) values ($1, true, '{}', $2, clock_timestamp() - interval '10 seconds')`,
      [userId, parts]);
    return userId;
  };
  const follow = (erase: (account: DeletedAccount) => Promise<void>, timing: DeletionTiming): void => {
    following.push(followAccountDeletions({ part: 'group', tables: group.tables, events, logger: createLogger({ level: 'silent', service: 'test' }), erase, timing }));
  };
  const rowOf = async (userId: string) => (await database.query<{ parts_left: string[]; completed_at: Date | null }>('select * from account_deletions where user_id = $1', [userId]))[0];
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 10_000; !await holds();) {
      if (Date.now() > deadline) throw new Error('it does not come to its end');
      await new Promise(setImmediate);
    }
  };
  const isComplete = (userId: string) => until(async () => (await rowOf(userId))?.completed_at instanceof Date);
  const never = 3_600_000;

  it('are begun when they are told of, with what the user wished', async () => {
    const erased: DeletedAccount[] = [];
    const foundAtTheStart = await addDeletion();
    follow(async (account) => { erased.push(account); }, { everyMs: never, settledAfterMs: 0 });
    await isComplete(foundAtTheStart);
    const userId = await addDeletion();
    await events.publish('account.deleted', { userId });
    await isComplete(userId);
    expect(erased).toContainEqual(expect.objectContaining({ userId, erasesMessages: true }));
  });

  it('are found by the sweep when nobody told', async () => {
    const foundAtTheStart = await addDeletion();
    follow(async () => {}, { everyMs: 20, settledAfterMs: 0 });
    await isComplete(foundAtTheStart);
    const [one, other] = [await addDeletion(), await addDeletion()];
    await Promise.all([isComplete(one), isComplete(other)]);
  });

  it('are found by a process that starts later, a hundred and more', async () => {
    const userIds = await Promise.all(Array.from({ length: 130 }, () => addDeletion()));
    const erased = new Set<string>();
    follow(async ({ userId }) => { erased.add(userId); }, { everyMs: never, settledAfterMs: 0 });
    await Promise.all(userIds.map(isComplete));
    expect(erased).toEqual(new Set(userIds));
  });

  it('are tried again when they fail, and stand in nobody\'s way', async () => {
    const [failing, other] = [await addDeletion(['group'], '00000000-0000-7000-8000-000000000001'), await addDeletion()];
    let failures = 0;
    let mayPass = false;
    follow(async ({ userId }) => {
      if (userId !== failing || mayPass) return;
      failures += 1;
      throw new Error('Postgres is away');
    }, { everyMs: 20, settledAfterMs: 0 });
    await isComplete(other);
    mayPass = true;
    await isComplete(failing);
    expect(failures).toBeGreaterThan(0);
  });

  it('are gone over again until what was under way has ended', async () => {
    let passes = 0;
    follow(async () => { passes += 1; }, { everyMs: 10, settledAfterMs: never });
    const userId = await addDeletion();
    await until(() => passes >= 3);
    expect(await rowOf(userId)).toMatchObject({ parts_left: ['group'], completed_at: null });
  });

  it('are in the audit log when nothing is left to do, once, and not before', async () => {
    const [whole, part] = [await addDeletion(), await addDeletion(['group', 'messaging'])];
    for (let process = 0; process < 2; process += 1) follow(async () => {}, { everyMs: 20, settledAfterMs: 0 });
    await isComplete(whole);
    await until(async () => (await rowOf(part))?.parts_left.length === 1);
    expect(await database.query('select action, subject_id, user_id, call, address from audit_log where subject_id = any ($1)', [[whole, part]])).toEqual([
      { action: 'account.deleted', subject_id: whole, user_id: null, call: null, address: null },
    ]);
  });

  describe('are done', () => {
    const finish = async (userId: string, part: string): Promise<boolean | undefined> =>
      (await group.tables.$queryRaw<{ isLast: boolean }[]>`select finish_account_deletion(${userId}::uuid, ${part}) as "isLast"`)[0]?.isLast;
    const logOf = async (userId: string): Promise<unknown[]> => [
      ...await database.query('select * from user_logs where user_id = $1', [userId]), ...await database.query('select * from user_log_entries where user_id = $1', [userId])];
    const addToLog = (userId: string) => group.transaction((tables) =>
      appendUserLog(tables, [{ userId, event: { kind: 'profile', userName: 'a name', about: null, profileImage: null, age: null } }]));

    it('with the last one, which ends the user\'s log', async () => {
      const userId = await addDeletion(['social-graph', 'group']);
      await addToLog(userId);
      expect(await finish(userId, 'group')).toBe(false);
      expect(await finish(userId, 'group')).toBe(false);
      expect(await logOf(userId)).toHaveLength(2);
      expect(await finish(userId, 'social-graph')).toBe(true);
      expect(await logOf(userId)).toEqual([]);
      expect(await finish(userId, 'social-graph')).toBe(false);
    });

    it('once, also when the last two end at the same moment', async () => {
      for (let round = 0; round < 10; round += 1) {
        const userId = await addDeletion(['social-graph', 'group', 'messaging']);
        const ends = await Promise.all(['social-graph', 'group', 'messaging'].map((part) => finish(userId, part)));
        expect(ends.filter((isLast) => isLast === true)).toHaveLength(1);
        expect(await rowOf(userId)).toMatchObject({ parts_left: [], completed_at: expect.any(Date) as Date });
      }
    });

    it('for nobody whose account was not deleted', async () => {
      const userId = newId();
      await addToLog(userId);
      expect(await finish(userId, 'group')).toBe(false);
      expect(await logOf(userId)).toHaveLength(2);
    });

    it('by the function alone', async () => {
      const userId = await addDeletion();
      await expect(group.tables.$executeRaw`update account_deletions set parts_left = '{}' where user_id = ${userId}::uuid`).rejects.toThrow(/denied|42501/);
      await expect(group.tables.$executeRaw`delete from account_deletions where user_id = ${userId}::uuid`).rejects.toThrow(/denied|42501/);
    });
  });
});
