import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { keepPostgresRunning } from './keep-postgres-running';

jest.setTimeout(60_000);
const countOf = async (url: string): Promise<number> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try { return (await client.query<{ count: number }>('select count(*)::int as count from kept')).rows[0]?.count ?? -1; } finally { await client.end(); }
};

describe('a Postgres that is kept running', () => {
  let base: string;
  beforeEach(() => { base = mkdtempSync(join(tmpdir(), 'chat-backend-kept-')); });
  afterEach(() => { rmSync(base, { recursive: true, force: true }); });

  it('comes back at the same address, with its data, and is given up when it dies too often', async () => {
    let onRestart: (details: { pid: number }) => void = () => undefined;
    let onGivenUp: (error: Error) => void = () => undefined;
    const deaths: number[] = [];
    const givenUp = new Promise<Error>((resolve) => { onGivenUp = resolve; });
    const postgres = await keepPostgresRunning({ folder: join(base, 'postgres') }, {
      onDeath: ({ pid }) => { deaths.push(pid); }, onRestart: (details) => { onRestart(details); }, onGivenUp: (error) => { onGivenUp(error); },
    });
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query('create table kept as select 1 as one');
    await client.end();

    for (let death = 1; death <= 5; death++) {
      const restarted = new Promise<{ pid: number }>((resolve) => { onRestart = resolve; });
      process.kill(postgres.pid(), 'SIGKILL');
      const { pid } = await restarted;
      expect(postgres.pid()).toBe(pid);
      expect(await countOf(postgres.url)).toBe(1);
    }
    process.kill(postgres.pid(), 'SIGKILL');
    expect((await givenUp).message).toMatch('died more than 5 times');
    expect(deaths).toHaveLength(6);
    await postgres.stop();
  });
});
