import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, chownSync, constants, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { ended, isRunning } from './running-process';
import { startEmbeddedPostgres } from './start-embedded-postgres';

const product = join(__dirname, '../../dist/index.js');
jest.setTimeout(60_000);
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

const ask = async <Row extends object>(url: string, sql: string): Promise<Row[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try { return (await client.query<Row>(sql)).rows; } finally { await client.end(); }
};

interface Started { url: string; pid: number }

/** Starts Postgres in a Node process of its own, which may be killed. */
const startElsewhere = async (folder: string, account: { uid?: number; gid?: number } = {}): Promise<Started & { child: ChildProcess }> => {
  // Who reads the line may send the signal at once.
  const program = `process.on('SIGTERM', () => process.exit(0));
    require(${JSON.stringify(product)}).startEmbeddedPostgres({ folder: ${JSON.stringify(folder)} })
    .then(({ url, pid }) => { setInterval(() => {}, 1000); console.log(JSON.stringify({ url, pid })); },
      (error) => { console.log(JSON.stringify({ error: error.message })); });`;
  const child = spawn(process.execPath, ['-e', program], { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'], ...account });
  const [line] = await once(createInterface({ input: child.stdout }), 'line') as [string];
  const said = JSON.parse(line) as Started & { error?: string };
  if (said.error !== undefined) throw new Error(said.error);
  return { ...said, child };
};

const killed = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
};

/** Whether an ordinary user can run what is built here. */
const canBeRunByOthers = (() => {
  for (let folder = realpathSync(join(__dirname, '../../../..')); folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return false;
  }
  return true;
})();

describe('the embedded Postgres', () => {
  let base: string;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'chat-backend-embedded-'));
    chmodSync(base, 0o755);
  });
  afterEach(() => { rmSync(base, { recursive: true, force: true }); });

  it('keeps its data from one start to the next', async () => {
    const first = await startEmbeddedPostgres({ folder: join(base, 'postgres') });
    await ask(first.url, 'create table kept as select 1 as one');
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);
    const second = await startEmbeddedPostgres({ folder: join(base, 'postgres') });
    expect(await ask(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('keeps what was committed through a kill -9 of its owner, and ends the Postgres that was left', async () => {
    const folder = join(base, 'postgres');
    const first = await startElsewhere(folder);
    await ask(first.url, 'create table kept as select 1 as one');
    await killed(first.child, 'SIGKILL');
    expect(isRunning(first.pid)).toBe(true);
    const second = await startEmbeddedPostgres({ folder });
    expect(isRunning(first.pid)).toBe(false);
    expect(await ask(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('keeps what was committed through a kill -9 of its owner and of itself', async () => {
    const folder = join(base, 'postgres');
    const first = await startElsewhere(folder);
    await ask(first.url, 'create table kept as select 1 as one');
    await killed(first.child, 'SIGKILL');
    process.kill(first.pid, 'SIGKILL');
    const second = await startEmbeddedPostgres({ folder });
    expect(await ask(second.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await second.stop();
  });

  it('does not touch another program that has the number of the Postgres of before', async () => {
    const folder = join(base, 'postgres');
    await (await startEmbeddedPostgres({ folder })).stop();
    const bystander = spawn('sleep', ['60']);
    writeFileSync(join(realpathSync(folder), 'data/postmaster.pid'), `${bystander.pid}\n`);
    const second = await startEmbeddedPostgres({ folder });
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    await second.stop();
    await killed(bystander, 'SIGKILL');
  });

  it('ends with a process that exits without stopping it', async () => {
    const { child, pid } = await startElsewhere(join(base, 'postgres'));
    await killed(child, 'SIGTERM');
    expect(await ended(pid, 15_000)).toBe(true);
  });

  it('is refused to a second process, which is told the first and what to do', async () => {
    const folder = join(base, 'postgres');
    const { child } = await startElsewhere(folder);
    await expect(startEmbeddedPostgres({ folder })).rejects.toThrow(`is in use by process ${child.pid}. Stop that one, or set DATA_DIR`);
    await killed(child, 'SIGTERM');
  });

  it('lets one of several that start at once have the folder, and the others harm nothing', async () => {
    const folder = join(base, 'postgres');
    const starts = await Promise.allSettled([1, 2, 3].map(() => startElsewhere(folder)));
    const running = starts.filter((start) => start.status === 'fulfilled').map(({ value }) => value);
    expect(running).toHaveLength(1);
    for (const { url, child } of running) {
      expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await killed(child, 'SIGTERM');
    }
  });

  it('leaves nothing running and the folder free when it cannot start', async () => {
    const folder = join(base, 'postgres');
    await expect(startEmbeddedPostgres({ folder, settings: ['no_such_setting=1'] })).rejects.toThrow('did not start');
    await (await startEmbeddedPostgres({ folder })).stop();
  });

  it('tells no other account its password', async () => {
    const folder = join(base, 'postgres');
    await (await startEmbeddedPostgres({ folder })).stop();
    for (const name of ['password', 'data']) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  });

  (isRoot ? it : it.skip)('runs for root, in a folder that only root may enter', async () => {
    chmodSync(base, 0o700);
    const folder = join(base, 'postgres');
    const postgres = await startEmbeddedPostgres({ folder });
    expect(await ask(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    const place = realpathSync(folder);
    expect(readFileSync(`/proc/${postgres.pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0\b/m);
    await postgres.stop();
    rmSync(place, { recursive: true });
  });

  (isRoot && canBeRunByOthers ? it : it.skip)('runs for an ordinary user, and root goes on with that data as that user', async () => {
    const home = join(base, 'home');
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, nobody.uid, nobody.gid);
    const folder = join(home, 'postgres');
    const { url, child, pid } = await startElsewhere(folder, nobody);
    await ask(url, 'create table kept as select 1 as one');
    await killed(child, 'SIGTERM');
    expect(await ended(pid, 15_000)).toBe(true);

    const asRoot = await startEmbeddedPostgres({ folder });
    expect(await ask(asRoot.url, 'select one from kept')).toEqual([{ one: 1 }]);
    await asRoot.stop();

    const again = await startElsewhere(folder, nobody);
    await killed(again.child, 'SIGTERM');
    expect(await ended(again.pid, 15_000)).toBe(true);
  });

  (isRoot && canBeRunByOthers ? it : it.skip)('tells an ordinary user whose data it may not read', async () => {
    const folder = join(base, 'postgres');
    await (await startEmbeddedPostgres({ folder })).stop();
    const stranger = { uid: 12_345, gid: 12_345 };
    await expect(startElsewhere(folder, stranger)).rejects.toThrow('belongs to another account');
  });

  it('was built, as these tests start it', () => {
    expect(() => { accessSync(product, constants.R_OK); }).not.toThrow();
  });
});
