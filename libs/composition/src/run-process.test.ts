import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

jest.setTimeout(60_000);

/** A process of the built product whose services only keep a table of notes. `/note` adds one, `/notes` counts, `/throw` throws where nobody catches. */
const program = `
const { serviceNames, runProcess } = require(${JSON.stringify(join(__dirname, '../dist/index.js'))});
const { Client } = require('pg');
const query = async (context, sql) => {
  const client = new Client({ connectionString: context.databaseUrl('auth') });
  await client.connect();
  try { return (await client.query(sql)).rows; } finally { await client.end(); }
};
const start = (name) => async (context) => ({
  name, internal: {}, notReady: async () => [],
  app: async (request, response) => {
    if (request.url === '/throw') setImmediate(() => { throw new Error('nobody caught this'); });
    if (request.url === '/note') await query(context, "insert into users (id, email, password_hash, pepper_id, updated_at) values (gen_random_uuid(), gen_random_uuid()::text, '', '', now())");
    response.end(JSON.stringify(await query(context, 'select count(*)::int as count from users')));
  },
  drain: async () => { console.log('drain ' + name); if (process.env.STUCK) await new Promise(() => {}); },
  close: async () => { console.log('close ' + name); },
});
runProcess({ env: process.env, starters: Object.fromEntries(serviceNames.map((name) => [name, start(name)])) });
`;

interface Child { process: ChildProcess; port: number; postgresPid: number; output: () => string; exited: Promise<[number | null, string | null]> }

const isRunning = (pid: number): boolean => {
  try { process.kill(pid, 0); return true; } catch { return false; }
};

describe('running a process', () => {
  let dataDir: string;
  const children: ChildProcess[] = [];
  beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'chat-backend-run-')); });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    rmSync(dataDir, { recursive: true, force: true });
  });

  const launch = (env: NodeJS.ProcessEnv = {}) => {
    const child = spawn(process.execPath, ['-e', program], {
      cwd: join(__dirname, '../../..'), stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { PATH: process.env['PATH'], DATA_DIR: dataDir, PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '3', ...env },
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    return { process: child, output: () => output, exited: once(child, 'close') as Child['exited'] };
  };
  const started = async (env?: NodeJS.ProcessEnv): Promise<Child> => {
    const child = launch(env);
    const [message] = await Promise.race([once(child.process, 'message'), child.exited.then(() => { throw new Error(child.output()); })]) as [{ type: string; port: number }];
    expect(message.type).toBe('ready');
    const postgresPid = Number(/"postgresPid":(\d+)/.exec(child.output())?.[1]);
    return { ...child, port: message.port, postgresPid };
  };
  const ask = async (child: Child, path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${child.port}${path}`, { headers: { connection: 'close' } })).json();

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends by itself with 0 within 5 s at %s, even if it comes twice at once, and leaves no orphan', async (signal) => {
    const child = await started();
    const begun = Date.now();
    child.process.kill(signal);
    await wait(20);
    child.process.kill(signal);
    expect(await child.exited).toEqual([0, null]);
    expect(Date.now() - begun).toBeLessThan(5_000);
    expect(child.output()).toContain('close auth');
    expect(isRunning(child.postgresPid)).toBe(false);
  });

  it('ends at once at a second signal, and Postgres with it', async () => {
    const child = await started({ STUCK: 'yes', DRAIN_SECONDS: '60' });
    child.process.kill('SIGTERM');
    await wait(1_200);
    child.process.kill('SIGTERM');
    expect(await child.exited).toEqual([1, null]);
    for (const deadline = Date.now() + 10_000; isRunning(child.postgresPid) && Date.now() < deadline;) await wait(50);
    expect(isRunning(child.postgresPid)).toBe(false);
  });

  it('cuts what does not end in time, and still ends with 0', async () => {
    const child = await started({ STUCK: 'yes', DRAIN_SECONDS: '0.5' });
    child.process.kill('SIGTERM');
    expect(await child.exited).toEqual([0, null]);
    expect(child.output()).toContain('the drain took too long');
  });

  it('drains, tells why and ends with 1 at an error that nobody caught', async () => {
    const child = await started();
    await ask(child, '/throw').catch(() => undefined);
    expect(await child.exited).toEqual([1, null]);
    expect(child.output()).toContain('nobody caught this');
    expect(child.output()).toContain('close auth');
    expect(isRunning(child.postgresPid)).toBe(false);
  });

  it('has all its data after a kill -9 and a new start, which ends the Postgres that was left', async () => {
    const first = await started();
    await ask(first, '/note');
    first.process.kill('SIGKILL');
    await first.exited;
    const second = await started();
    expect(await ask(second, '/notes')).toEqual([{ count: 1 }]);
    expect(second.postgresPid).not.toBe(first.postgresPid);
    expect(second.output()).not.toContain('"level":"error"');
  });

  it('reports every fault of the environment and ends with 1', async () => {
    const child = launch({ NODE_ENV: 'production', PORT: 'http', EXPOSE_OTP: 'true' });
    expect(await child.exited).toEqual([1, null]);
    for (const name of ['PORT', 'SECRET_KEY', 'EXPOSE_OTP']) expect(child.output()).toContain(`  - ${name}: `);
    expect(child.output()).not.toContain(' at ');
  });

  it('says that the data folder is in use, by whom, and what to do', async () => {
    const first = await started();
    const second = launch();
    expect(await second.exited).toEqual([1, null]);
    expect(second.output()).toContain(`is in use by process ${first.process.pid}. Stop that one, or set DATA_DIR`);
  });
});
