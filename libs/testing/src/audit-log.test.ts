import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId, openDatabase, recordAudit, recordGathered, tableOwnership, type Database, type DataOwner } from '@chat-backend/database';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './test-database';

const owners = Object.keys(tableOwnership) as DataOwner[];
const denied = /denied|42501/;
const appendOnly = /append-only/;

describe('the audit log', () => {
  let database: TestDatabase;
  let group: Database<'group'>;
  beforeAll(async () => {
    database = await createTestDatabase();
    group = openDatabase('group', { url: database.urlFor('group'), poolSize: 1 });
  });
  beforeEach(async () => {
    // Nobody may do this to the log of a product: the triggers are the table's, and their owner may switch them off.
    await database.query('alter table audit_log disable trigger user');
    await database.query('delete from audit_log');
    await database.query('alter table audit_log enable trigger user');
  });
  afterAll(async () => {
    await group.close();
    await database.drop();
  });

  const as = async <Result>(owner: DataOwner, act: (client: pg.Client) => Promise<Result>): Promise<Result> => {
    const client = new pg.Client({ connectionString: database.urlFor(owner) });
    await client.connect();
    try { return await act(client); } finally { await client.end(); }
  };
  const addOfAge = async (days: number): Promise<string> => {
    const id = newId();
    await database.query(`insert into audit_log (id, action, happened_at) values ($1, 'session.started', now() - make_interval(days => $2))`, [id, days]);
    return id;
  };
  const stored = async (): Promise<Record<string, unknown>[]> => database.query('select * from audit_log order by happened_at, id');

  it('is added to within a transaction, and what is not committed is not recorded', async () => {
    const [userId, subjectId, objectId] = [newId(), newId(), newId()];
    const removal = { action: 'group.member-removed', userId, subjectId, objectId } as const;
    await group.transaction((tables) => recordAudit(tables, { call: 'remove-member', requestId: 'call-1', address: '203.0.113.7' }, removal));
    await expect(group.transaction(async (tables) => {
      await recordAudit(tables, {}, removal);
      throw new Error('not this time');
    })).rejects.toThrow('not this time');
    expect(await stored()).toMatchObject([{
      action: 'group.member-removed', user_id: userId, subject_id: subjectId, object_id: objectId,
      call: 'remove-member', request_id: 'call-1', address: '203.0.113.7', times: 1, code: null, account_hash: null,
    }]);
  });

  it('takes what was gathered, with its time, and the same entry once', async () => {
    const gathered = { id: newId(), happenedAt: '2026-01-02T03:04:05.678Z', times: 3, action: 'rate.limited', code: 'RATE_LIMITED', call: 'login' } as const;
    await recordGathered(group.tables, [gathered]);
    await recordGathered(group.tables, [gathered, { ...gathered, id: newId() }]);
    expect(await stored()).toMatchObject([{ id: gathered.id, happened_at: new Date(gathered.happenedAt), times: 3 }, { times: 3 }]);
  });

  it('is read by the queries of docs/security.md', async () => {
    const userId = newId();
    await group.transaction((tables) => recordAudit(tables, { address: '203.0.113.7' }, { action: 'session.started', userId }, { action: 'credentials.refused', code: 'WRONG_CREDENTIALS', subjectId: userId }));
    const [text = ''] = /(?<=```sql\n)[^`]+/.exec(readFileSync(join(__dirname, '../../../docs/security.md'), 'utf8')) ?? [];
    const [ofAccount = '', ofGuessers = '', endSessions = ''] = text.replaceAll('018f…', userId).split(';');
    expect((await database.query<{ action: string }>(ofAccount)).map(({ action }) => action).sort()).toEqual(['credentials.refused', 'session.started']);
    expect(await database.query(ofGuessers)).toEqual([{ address: '203.0.113.7', action: 'credentials.refused', code: 'WRONG_CREDENTIALS', times: '1', accounts: '1', unknown_accounts: '0' }]);
    expect(await database.query(endSessions)).toEqual([]);
  });

  it('is neither read nor changed by a service: that does not compile', () => {
    // @ts-expect-error: services only add; this line stops compiling when the types let them read
    void group.tables.auditEntry.findMany;
    // @ts-expect-error: nor delete
    void group.tables.auditEntry.deleteMany;
  });

  it.each(owners)('nor does it run, where %s was made to', async (owner) => {
    await addOfAge(500);
    await as(owner, async (client) => {
      await client.query(`insert into audit_log (id, action) values ($1, 'session.started')`, [newId()]);
      for (const sql of ['select * from audit_log', `update audit_log set action = 'x'`, 'delete from audit_log', 'truncate audit_log', 'drop table audit_log', 'alter table audit_log disable trigger user']) {
        await expect(client.query(sql)).rejects.toThrow(/denied|must be owner/);
      }
    });
    expect(await stored()).toHaveLength(2);
  });

  it('is kept from its owner, too, where the services have no roles of their own', async () => {
    await addOfAge(0);
    await addOfAge(29);
    await expect(database.query(`update audit_log set action = 'x'`)).rejects.toThrow(appendOnly);
    await expect(database.query('delete from audit_log')).rejects.toThrow(appendOnly);
    await expect(database.query('truncate audit_log')).rejects.toThrow(appendOnly);
    expect(await stored()).toHaveLength(2);
  });

  it('loses what is older than it is kept, so many at once, and never what is younger than thirty days', async () => {
    for (const age of [500, 450, 401, 399, 40, 20, 0]) await addOfAge(age);
    const deleteOlderThan = (days: number, atMost: number) =>
      as('auth', async (client) => (await client.query<{ deleted: number }>('select delete_old_audit_entries($1, $2) as deleted', [days, atMost])).rows[0]?.deleted);
    const oldest = (await stored())[2];
    expect(await deleteOlderThan(400, 2)).toBe(2);
    expect((await stored())[0]).toEqual(oldest);
    expect(await deleteOlderThan(400, 100)).toBe(1);
    expect(await deleteOlderThan(0, 100)).toBe(2);
    expect(await stored()).toHaveLength(2);
  });

  it.each(owners.filter((owner) => owner !== 'auth'))('and %s may not make it forget', async (owner) => {
    await as(owner, async (client) => { await expect(client.query('select delete_old_audit_entries(400, 100)')).rejects.toThrow(denied); });
  });
});
