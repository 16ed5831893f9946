import { newId, openDatabase, type Database } from '@chat-backend/database';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from './test-database';

const member = () => ({ groupId: newId(), userId: newId() });

describe('a table has one owner', () => {
  let database: TestDatabase;
  let messaging: Database<'messaging'>;
  beforeAll(async () => {
    database = await createTestDatabase();
    messaging = openDatabase('messaging', { url: database.urlFor('messaging'), poolSize: 1 });
  });
  afterAll(async () => {
    await messaging.close();
    await database.drop();
  });

  it('whose service writes it, and others read it', async () => {
    await messaging.tables.conversation.create({ data: { id: newId() } });
    expect(await messaging.tables.groupMember.findMany()).toEqual([]);
  });

  it('and a foreign write does not compile, nor run where it was forced to', async () => {
    // @ts-expect-error: messaging only reads members; this line stops compiling when the types let it write
    const forced = messaging.tables.groupMember.create as (of: object) => Promise<unknown>;
    await expect(forced({ data: member() })).rejects.toThrow(/denied|42501/);
  });

  it('also for raw SQL', async () => {
    await expect(messaging.tables.$executeRaw`delete from group_members`).rejects.toThrow(/denied|42501/);
    await expect(messaging.tables.$queryRaw`select * from sessions`).rejects.toThrow(/denied|42501/);
  });

  it('and nobody else sees the hash of a password', async () => {
    await expect(messaging.tables.$queryRaw`select id, email, user_name, about, profile_image, is_verified from users`).resolves.toEqual([]);
    await expect(messaging.tables.$queryRaw`select password_hash from users`).rejects.toThrow(/denied|42501/);
  });

  it('and the mail queue is auth\'s alone', async () => {
    const asMessaging = new pg.Client({ connectionString: database.urlFor('messaging') });
    await asMessaging.connect();
    await expect(asMessaging.query('create table bullmq.planted (id int)')).rejects.toThrow(/denied/);
    await asMessaging.end();
  });
});
