import type { NewUserEvent } from '@chat-backend/contracts';
import { appendUserLog, eventOfRow, newId, openDatabase, type Database, type LoggedEvent, type NewLogEntry } from '@chat-backend/database';
import { createTestDatabase, type TestDatabase } from './test-database';

interface EntryRow { user_id: string; subject: string; number: string; kind: string; payload: object; created_at: Date }

const readOf = (chatId: string, lastReadSeq = 1): NewUserEvent => ({ kind: 'read', chatId, chatType: 'group', lastReadSeq });
const profileOf = (userName: string): NewUserEvent => ({ kind: 'profile', userName, about: null, profileImage: null, age: null });
const entriesFor = (userIds: readonly string[], event: NewUserEvent): NewLogEntry[] => userIds.map((userId) => ({ userId, event }));

describe('the log of a user', () => {
  let database: TestDatabase;
  let group: Database<'group'>;
  let auth: Database<'auth'>;
  beforeAll(async () => {
    database = await createTestDatabase();
    group = openDatabase('group', { url: database.urlFor('group'), poolSize: 10 });
    auth = openDatabase('auth', { url: database.urlFor('auth'), poolSize: 10 });
  });
  afterAll(async () => {
    await Promise.all([group.close(), auth.close()]);
    await database.drop();
  });

  const append = (...entries: NewLogEntry[]): Promise<LoggedEvent[]> => group.transaction((tables) => appendUserLog(tables, entries));
  const rowsOf = (userId: string) => database.query<EntryRow>('select * from user_log_entries where user_id = $1 order by number', [userId]);
  const numbersOf = async (userId: string): Promise<number[]> => (await rowsOf(userId)).map(({ number }) => Number(number));
  const lastNumberOf = async (userId: string): Promise<number | undefined> => {
    const [log] = await database.query<{ last_number: string }>('select last_number from user_logs where user_id = $1', [userId]);
    return log === undefined ? undefined : Number(log.last_number);
  };

  it('numbers each user\'s events in the order of the call, and returns them so', async () => {
    const [ann, bob] = [newId(), newId()];
    const [one, other] = [readOf(newId()), readOf(newId())];
    const logged = await append({ userId: bob, event: one }, { userId: ann, event: one }, { userId: bob, event: other });
    const at = expect.any(String) as string;
    expect(logged).toEqual([
      { userId: bob, event: { ...one, number: 1, createdAt: at } },
      { userId: ann, event: { ...one, number: 1, createdAt: at } },
      { userId: bob, event: { ...other, number: 2, createdAt: at } },
    ]);
    expect(await append({ userId: ann, event: other })).toMatchObject([{ userId: ann, event: { number: 2 } }]);
  });

  it('keeps what it returned', async () => {
    const ann = newId();
    const [logged] = await append({ userId: ann, event: profileOf('ann') });
    const [row] = await rowsOf(ann);
    if (row === undefined) throw new Error('nothing was stored');
    expect(eventOfRow({ kind: row.kind, payload: { ...row.payload }, number: BigInt(row.number), createdAt: row.created_at })).toEqual(logged?.event);
  });

  it('appends nothing when there is nothing', async () => {
    expect(await append()).toEqual([]);
  });

  it('puts an event in the place of the earlier one of its subject', async () => {
    const [ann, chat] = [newId(), newId()];
    await append({ userId: ann, event: readOf(chat, 1) });
    await append({ userId: ann, event: profileOf('ann') });
    await append({ userId: ann, event: readOf(chat, 5) });
    expect(await rowsOf(ann)).toMatchObject([
      { subject: 'profile', number: '2', kind: 'profile' },
      { subject: `read:group:${chat}`, number: '3', kind: 'read', payload: { lastReadSeq: 5 } },
    ]);
    expect(await lastNumberOf(ann)).toBe(3);
  });

  it('goes back with its transaction, and its numbers are taken again', async () => {
    const ann = newId();
    const failing = group.transaction(async (tables) => {
      await appendUserLog(tables, [{ userId: ann, event: profileOf('ann') }]);
      throw new Error('a later step failed');
    });
    await expect(failing).rejects.toThrow('a later step failed');
    expect([await rowsOf(ann), await lastNumberOf(ann)]).toEqual([[], undefined]);
    expect(await append({ userId: ann, event: profileOf('ann') })).toMatchObject([{ event: { number: 1 } }]);
  });

  it.each(['commits', 'is undone'])('makes who comes later wait until the earlier %s', async (end) => {
    const ann = newId();
    let finish = (): void => {};
    const mayFinish = new Promise<void>((resolve) => { finish = resolve; });
    let tellAppended = (): void => {};
    const isAppended = new Promise<void>((resolve) => { tellAppended = resolve; });
    const earlier = group.transaction(async (tables) => {
      await appendUserLog(tables, [{ userId: ann, event: readOf(newId()) }]);
      tellAppended();
      await mayFinish;
      if (end === 'is undone') throw new Error('undone');
    }).catch(() => undefined);
    await isAppended;
    const later = auth.transaction((tables) => appendUserLog(tables, [{ userId: ann, event: readOf(newId()) }]));
    await somebodyWaits(database);
    expect([await numbersOf(ann), await lastNumberOf(ann)]).toEqual([[], undefined]);
    finish();
    await earlier;
    const number = end === 'commits' ? 2 : 1;
    expect(await later).toMatchObject([{ event: { number } }]);
    expect([(await numbersOf(ann)).length, await lastNumberOf(ann)]).toEqual([number, number]);
  });

  it('has no gap, shows its numbers in order and is never waited for in a circle, whatever 20 transactions do at once', async () => {
    const users = Array.from({ length: 6 }, newId);
    const chats = Array.from({ length: 5 }, newId);
    const committed: LoggedEvent[] = [];
    const snapshots: { userId: string; last: number; numbers: number[] }[] = [];
    let isOver = false;

    const writeAtOnce = async (round: number): Promise<void> => {
      let begun = 0;
      let tellAllBegun = (): void => {};
      const haveAllBegun = new Promise<void>((resolve) => { tellAllBegun = resolve; });
      await Promise.all(Array.from({ length: 20 }, async (_, index) => {
        // Each names its users from another one on, one half of them backwards: in the order of the call they would wait in a circle.
        const others = [...users.slice(index % users.length), ...users.slice(0, index % users.length)].slice(0, 4);
        const entries = entriesFor(index % 2 === 0 ? others : others.toReversed(), readOf(chats[(index + round) % chats.length] ?? '', index));
        const isUndone = (index + round) % 4 === 0;
        try {
          committed.push(...await (index % 2 === 0 ? group : auth).transaction(async (tables) => {
            if (++begun === 20) tellAllBegun();
            await haveAllBegun;
            const logged = await appendUserLog(tables, entries);
            if (isUndone) throw new Error('undone');
            return logged;
          }));
        } catch (error) {
          if (!isUndone || (error as Error).message !== 'undone') throw error;
        }
      }));
    };
    const readOn = async (): Promise<void> => {
      while (!isOver) {
        const seen = await database.query<{ user_id: string; last_number: string; numbers: string[] }>(`
          select l.user_id, l.last_number, array(select e.number from user_log_entries e where e.user_id = l.user_id order by e.number)::text[] as numbers
          from user_logs l where l.user_id = any ($1)`, [users]);
        for (const { user_id: userId, last_number: last, numbers } of seen) snapshots.push({ userId, last: Number(last), numbers: numbers.map(Number) });
      }
    };
    const reading = readOn();
    try {
      for (let round = 0; round < 8; round += 1) await writeAtOnce(round);
    } finally {
      isOver = true;
      await reading;
    }

    const eventsOf = new Map(users.map((userId) => [userId, committed.filter((logged) => logged.userId === userId).map(({ event }) => event).sort((one, other) => one.number - other.number)]));
    for (const [userId, events] of eventsOf) {
      expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => index + 1));
      expect(await lastNumberOf(userId)).toBe(events.length);
    }
    // What a snapshot shows is what was added up to its last number, without what a later event up to there took the place of.
    for (const { userId, last, numbers } of snapshots) {
      const newest = new Map((eventsOf.get(userId) ?? []).slice(0, last).map((event) => [event.kind === 'read' ? event.chatId : event.kind, event.number]));
      expect({ last, numbers }).toEqual({ last, numbers: [...newest.values()].sort((one, other) => one - other) });
    }
    expect(snapshots.length).toBeGreaterThan(0);
  }, 60_000);

  it.each(['auth', 'social-graph', 'group', 'messaging'] as const)('is written by %s through the function alone', async (owner) => {
    const [ann, service] = [newId(), openDatabase(owner, { url: database.urlFor(owner), poolSize: 1 })];
    await expect(service.transaction((tables) => appendUserLog(tables, [{ userId: ann, event: profileOf('ann') }]))).resolves.toHaveLength(1);
    const { tables } = service;
    await expect(tables.$executeRaw`insert into user_logs (user_id, last_number) values (${newId()}::uuid, 1)`).rejects.toThrow(/denied|42501/);
    await expect(tables.$executeRaw`update user_logs set last_number = 7 where user_id = ${ann}::uuid`).rejects.toThrow(/denied|42501/);
    await expect(tables.$executeRaw`update user_log_entries set number = 7 where user_id = ${ann}::uuid`).rejects.toThrow(/denied|42501/);
    await expect(tables.$executeRaw`delete from user_log_entries where user_id = ${ann}::uuid`).rejects.toThrow(/denied|42501/);
    await service.close();
  });
});

/** Resolves once somebody waits for a lock in this database. */
const somebodyWaits = async (database: TestDatabase): Promise<void> => {
  const deadline = Date.now() + 5_000;
  const isWaiting = async (): Promise<boolean> =>
    (await database.query(`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)).length > 0;
  while (!await isWaiting()) {
    if (Date.now() > deadline) throw new Error('nobody waits');
  }
};
