import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '@chat-backend/contracts';
import { createTestDatabase, freePort, startTestRedis, type TestDatabase } from '@chat-backend/testing';
import { cannotGoOn, startProcess, type ProcessOptions, type RunningProcess } from './start-process';
import { stubStarters, type Diary } from './stub-services.fixture';

jest.setTimeout(40_000);

interface LogLine { level: string; msg: string; [field: string]: unknown }

describe('a process', () => {
  let database: TestDatabase;
  let dataDir: string;
  let log: LogLine[];
  const running: RunningProcess[] = [];

  beforeAll(async () => { database = await createTestDatabase(); });
  afterAll(() => database.drop());
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'chat-backend-process-'));
    log = [];
  });
  afterEach(async () => {
    for (const one of running.splice(0).reverse()) await one.stop('the test is over').catch(() => undefined);
    rmSync(dataDir, { recursive: true, force: true });
  });

  const start = async ({ env, ...options }: Partial<ProcessOptions> = {}): Promise<RunningProcess> => {
    const one = await startProcess({
      env: { DATABASE_URL: database.administratorUrl, DATA_DIR: dataDir, PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '3', ...env },
      starters: stubStarters(), logDestination: { write: (text) => { log.push(JSON.parse(text) as LogLine); } }, ...options,
    });
    running.push(one);
    return one;
  };
  const ask = async ({ ports: { port } }: RunningProcess, path: string, init?: RequestInit) => {
    const reply = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' }, ...init });
    return { status: reply.status, body: await reply.json() as Record<string, unknown>, retryAfter: reply.headers.get('retry-after') };
  };
  const post = (one: RunningProcess, path: string) => ask(one, path, { method: 'POST' });
  const messages = (level: string): string[] => log.filter((line) => line.level === level).map(({ msg }) => msg);

  it('starts the services in order, says once that it is ready, and closes from the edge inwards', async () => {
    const diary: Diary = [];
    const one = await start({ starters: stubStarters(diary) });
    await one.ready;
    expect(diary).toEqual(serviceNames.map((name) => `start ${name}`));
    expect(log.filter(({ msg }) => msg === 'ready')).toEqual([expect.objectContaining({ port: one.ports.port, services: serviceNames, database: 'external', contractMode: false })]);
    expect(await ask(one, '/readyz')).toMatchObject({ status: 200 });
    expect(await ask(one, '/who')).toMatchObject({ body: { name: 'gateway' } });
    await one.stop('test');
    const inwards = [...serviceNames].reverse();
    expect(diary.slice(serviceNames.length)).toEqual([...inwards.map((name) => `drain ${name}`), ...inwards.map((name) => `close ${name}`)]);
  });

  it('serves metrics of its own on the internal port alone', async () => {
    const one = await start();
    const metrics = await (await fetch(`http://127.0.0.1:${one.ports.metricsPort}/metrics`)).text();
    expect(metrics).toContain('process_cpu_user_seconds_total');
  });

  it('closes what it has started when a service does not start', async () => {
    const diary: Diary = [];
    const starters = stubStarters(diary, { group: async () => { throw new Error('group is not well'); } });
    await expect(start({ starters })).rejects.toThrow('group is not well');
    expect(diary).toEqual(['start auth', 'start social-graph', 'drain social-graph', 'close social-graph', 'drain auth', 'close auth']);
  });

  it('says what to do when its port is taken, and closes everything', async () => {
    const diary: Diary = [];
    const first = await start();
    const env = { DATABASE_URL: '', REDIS_URL: '', PORT: String(first.ports.port) };
    await expect(start({ env, starters: stubStarters(diary) })).rejects.toThrow(`port ${first.ports.port} is taken; set PORT to a free one`);
    expect(diary.at(-1)).toBe('close auth');
  });

  it('that is told to stop takes calls for DRAIN_DELAY_SECONDS, and says that it leaves', async () => {
    const stopping = new AbortController();
    const one = await start({ env: { DRAIN_DELAY_SECONDS: '1' }, signal: stopping.signal });
    stopping.abort();
    expect(await ask(one, '/readyz')).toMatchObject({ status: 503, body: { reasons: ['draining'] } });
    expect(await ask(one, '/who')).toMatchObject({ status: 200 });
    await one.ended;
    await expect(ask(one, '/who')).rejects.toThrow();
  });

  it('that cannot go on does not wait for its load balancer', async () => {
    const stopping = new AbortController();
    const one = await start({ env: { DRAIN_DELAY_SECONDS: '600' }, signal: stopping.signal });
    stopping.abort(cannotGoOn);
    await one.ended;
  });

  it('stops while it still waits for the database', async () => {
    const stopping = new AbortController();
    const logDestination = { write: (text: string) => { if (text.includes('No Postgres answers')) stopping.abort(); } };
    const env = { DATABASE_URL: `postgresql://chat@127.0.0.1:${await freePort()}/chat` };
    await expect(start({ env, logDestination, signal: stopping.signal })).rejects.toThrow('aborted');
  });

  describe('without DATABASE_URL', () => {
    it('runs its own Postgres, migrated, in which each service has its own role', async () => {
      const one = await start({ env: { DATABASE_URL: '' } });
      expect(await ask(one, '/user')).toMatchObject({ body: { name: 'chat_auth', users: 0 } });
      expect(messages('warn')).toEqual([]);
      await one.stop('test');
      expect(messages('error')).toEqual([]);
    });

    it('starts Postgres again when it dies, with the services left running', async () => {
      const diary: Diary = [];
      let back: () => void = () => undefined;
      const isBack = new Promise<void>((resolve) => { back = resolve; });
      const logDestination = { write: (text: string) => { log.push(JSON.parse(text) as LogLine); if (text.includes('runs again')) back(); } };
      const one = await start({ env: { DATABASE_URL: '' }, starters: stubStarters(diary), logDestination });
      process.kill(log.find(({ msg }) => msg === 'the embedded Postgres runs')?.['postgresPid'] as number, 'SIGKILL');
      await isBack;
      expect(await ask(one, '/user')).toMatchObject({ body: { name: 'chat_auth', users: 0 } });
      expect(diary).toHaveLength(serviceNames.length);
    });

    it('warns in production that the data lies on one disk', async () => {
      await start({ env: { DATABASE_URL: '', NODE_ENV: 'production', SECRET_KEY: 'x'.repeat(32) } });
      expect(messages('warn')).toEqual([expect.stringContaining('embedded Postgres')]);
    });
  });

  describe('without Redis, beside another on the same database', () => {
    it('stands by, alive, not ready and refusing everything, until the other has gone', async () => {
      const first = await start();
      const diary: Diary = [];
      const second = await start({ starters: stubStarters(diary) });
      expect(diary).toEqual([]);
      expect(await ask(second, '/livez')).toMatchObject({ status: 200 });
      expect(await ask(second, '/readyz')).toMatchObject({ status: 503, body: { reasons: [expect.stringContaining('another process serves this database')] } });
      expect(await post(second, '/api/v1/login')).toMatchObject({ status: 503, body: { success: false, code: 'UNAVAILABLE' }, retryAfter: '1' });
      const upgrade = await fetch(`http://127.0.0.1:${second.ports.port}/socket.io/?EIO=4&transport=websocket`, { headers: { connection: 'close' } });
      expect(upgrade.status).toBe(503);
      expect(messages('warn')).toEqual([expect.stringContaining('set REDIS_URL for both')]);

      await first.stop('test');
      await second.ready;
      expect(await ask(second, '/readyz')).toMatchObject({ status: 200 });
      expect(await post(second, '/api/v1/login')).toMatchObject({ status: 200 });
    });

    it('stops while it stands by', async () => {
      await start();
      const second = await start();
      await expect(second.stop('test')).resolves.toBeUndefined();
    });

    it('stops serving when it loses the lease, and serves again on its port when it has it back', async () => {
      const diary: Diary = [];
      const one = await start({ starters: stubStarters(diary) });
      const { port } = one.ports;
      let again: () => void = () => undefined;
      const servesAgain = new Promise<void>((resolve) => { again = resolve; });
      const readyLines = (): LogLine[] => log.filter(({ msg }) => msg === 'ready');
      const push = log.push.bind(log);
      log.push = (...lines) => { const length = push(...lines); if (readyLines().length === 2) again(); return length; };
      await database.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'chat-backend lease' and datname = current_database()");
      await servesAgain;
      expect(readyLines().map((line) => line['port'])).toEqual([port, port]);
      expect(diary.filter((entry) => entry === 'close auth')).toHaveLength(1);
      expect(await post(one, '/api/v1/login')).toMatchObject({ status: 200 });
    });
  });

  describe('with Redis', () => {
    it('may run beside others, some services each, and serves each call by its owner', async () => {
      const redis = await startTestRedis();
      const env = { REDIS_URL: redis.url };
      const [whole, part] = await Promise.all([start({ env }), start({ env, services: ['group', 'auth'] })]);
      expect(await ask(whole, '/readyz')).toMatchObject({ status: 200 });
      expect(await post(part, '/api/v1/login')).toMatchObject({ body: { name: 'auth' } });
      expect(await post(part, '/api/v1/create-group')).toMatchObject({ body: { name: 'group' } });
      expect(await post(part, '/api/v1/no-such-call')).toMatchObject({ status: 404, body: { code: 'ENDPOINT_NOT_FOUND' } });
      for (const one of running.splice(0)) await one.stop('test');
      await redis.stop();
    });

    it('starts while Redis is away, and says so', async () => {
      const one = await start({ env: { REDIS_URL: `redis://127.0.0.1:${await freePort()}` } });
      expect(messages('warn')).toContainEqual(expect.stringContaining('does not answer yet'));
      expect(await ask(one, '/livez')).toMatchObject({ status: 200 });
    });
  });
});
