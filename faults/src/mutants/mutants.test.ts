import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@chat-backend/testing';
import { crashPatches } from '../cluster/crash-points';
import { mutateFunction } from './mutate-function';
import { mutants } from './mutants';

const product = join(__dirname, '../../..');
const patches = [...crashPatches(), ...mutants.flatMap(({ name, patches: own = [] }) => own.map((patch) => ({ ...patch, name })))];

describe('what the fault tests change', () => {
  it.each(patches)('is in the built product once: $name in $file', ({ file, find }) => {
    expect(readFileSync(join(product, file), 'utf8').split(find)).toHaveLength(2);
  });

  describe('in the database', () => {
    let database: TestDatabase;
    beforeEach(async () => { database = await createTestDatabase(); });
    afterEach(() => database.drop());

    it.each(mutants.filter(({ changeDatabase }) => changeDatabase !== undefined))('is there: $name', async ({ changeDatabase }) => {
      const definition = async (): Promise<unknown> => (await database.query(`select pg_get_functiondef('send_batch'::regproc) as text`))[0];
      const before = await definition();
      await changeDatabase?.(database.query);
      expect(await definition()).not.toEqual(before);
    });

    it('is refused where it is not', async () => {
      await expect(mutateFunction(database.query, 'send_batch', /no such thing/, '')).rejects.toThrow('fits 0 times');
    });
  });
});
