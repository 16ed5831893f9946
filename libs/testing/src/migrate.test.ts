import { migrate, migrationsFolder } from '@chat-backend/database';
import { createBareDatabase, type TestDatabase } from './test-database';

describe('migrating', () => {
  let database: TestDatabase;
  beforeEach(async () => { database = await createBareDatabase(); });
  afterEach(() => database.drop());

  const invalidIndexes = () => database.query('select indexrelid::regclass::text as name from pg_index where not indisvalid');

  // A cluster starts all of its processes at once. Those that wait may not stand in the way of an index that is built CONCURRENTLY.
  it.each([1, 2, 3])('is done by one of several that start at once, and the others start, too (%i)', async () => {
    const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(database.administratorUrl, migrationsFolder)));
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await invalidIndexes()).toEqual([]);
    const made = await database.query("select relname as name from pg_class where relname in ('groups_open_idx', 'users_unverified_idx') order by 1");
    expect(made).toEqual([{ name: 'groups_open_idx' }, { name: 'users_unverified_idx' }]);
  });
});
