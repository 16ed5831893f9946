import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { RedisServer } from '../../redis-server';
import { testSecret } from '../../test-constants';
import { createTestDatabase } from '../../test-database';
import { startTestRedis } from '../../test-redis';
import { post, succeedWith } from '../api-client';
import { repositoryRoot, startProductProcess, testSettings } from '../product-process';
import { connectSocket } from '../socket-client';
import { startOneProcess } from '../start-one-process';
import { adminOfIndex, adminOnTerminal, adminWith, type Admin } from './admin-command';

interface Session { id: string; token: string; refreshToken: string }
const password = 'seven grey herons';
const newFolder = (): string => mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'admin-'));
const promisedMs = 2_000;

describe.each(['postgres', 'redis'] as const)('npm run admin, beside services that run, with jobs on %s', (place) => {
  let one: Awaited<ReturnType<typeof startOneProcess>>;
  let redis: RedisServer | undefined;
  let env: NodeJS.ProcessEnv;
  let admin: Admin;
  beforeAll(async () => {
    redis = place === 'redis' ? await startTestRedis() : undefined;
    const database = await createTestDatabase();
    env = { DATABASE_URL: database.administratorUrl, DATA_DIR: newFolder(), SECRET_KEY: testSecret, ...(redis === undefined ? {} : { REDIS_URL: redis.url }) };
    one = await startOneProcess(env);
    const { stop } = one;
    one = { ...one, query: database.query, stop: () => stop().then(() => database.drop()) };
    admin = adminWith(env);
  });
  afterAll(async () => {
    await one.stop();
    await redis?.stop();
  });

  const done = async (words: readonly string[], input?: string): Promise<string> => {
    const { code, out, err } = await admin(words, input);
    expect({ words, code, err }).toEqual({ words, code: 0, err: '' });
    return out;
  };
  const create = async (email: string): Promise<string> => /has the account (\S+)\./.exec(await done(['users', 'create', email, '--name', 'Ann', '--verified'], `${password}\n`))?.[1] ?? '';
  const login = (email: string): Promise<Session> => succeedWith<Session>(one.url, 'login', { email, password });
  const closedWithin = async (act: () => Promise<unknown>, socket: Awaited<ReturnType<typeof connectSocket>>): Promise<number> => {
    const closed = new Promise<number>((resolve) => { socket.socket.once('disconnect', () => { resolve(Date.now()); }); });
    await act();
    const acted = Date.now();
    return await closed - acted;
  };

  it('makes an account that signs in, lists it, shows it, disables it in every place within 2 s, and enables it', async () => {
    const email = `ann-${place}@example.com`;
    const id = await create(email);
    const [session, other] = [await login(email), await login(email)];
    expect(session.id).toBe(id);
    const listed = JSON.parse(await done(['users', 'list', `NN-${place}`, '--json'])) as { users: object[] };
    expect(listed).toMatchObject({ users: [{ id, email, userName: 'Ann', isVerified: true, disabledAt: null }], nextId: null });
    expect(JSON.parse(await done(['users', 'show', email, '--json']))).toMatchObject({ id, twoFactorMethod: 'off', sessions: 2, roles: { groupsOwned: 0, groupsJoined: 0 } });

    const [first, second] = [await connectSocket(one.socketUrls[0], session.token), await connectSocket(one.socketUrls[1], other.token)];
    const sessions = JSON.parse(await done(['sessions', 'list', id, '--json'])) as { sessions: { id: string }[] };
    const ofFirst = (JSON.parse(Buffer.from(session.token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;
    expect(sessions.sessions.map((found) => found.id)).toContain(ofFirst);
    expect(await closedWithin(() => done(['sessions', 'revoke', email, ofFirst, '--yes']), first)).toBeLessThan(promisedMs);
    expect(second.socket.connected).toBe(true);

    expect(await closedWithin(() => done(['users', 'disable', email, '--yes']), second)).toBeLessThan(promisedMs);
    for (const [name, body, code] of [
      ['login', { email, password }, 'ACCOUNT_DISABLED'], ['get-user-details', { token: other.token }, 'SESSION_REVOKED'], ['refresh-token', { refreshToken: other.refreshToken }, 'SESSION_REVOKED'],
    ] as const) expect(await post(one.url, name, body)).toMatchObject({ body: { code } });
    expect(await done(['users', 'enable', email])).toBe(`${email} may sign in again.\n`);
    await login(email);

    const recorded = await one.query<{ action: string }>('select action, operator, call from audit_log where subject_id = $1 and operator is not null order by happened_at, id', [id]);
    const operator = userInfo().username;
    expect(recorded).toEqual([
      { action: 'account.created', operator, call: 'admin users create' }, { action: 'session.ended', operator, call: 'admin sessions revoke' },
      { action: 'account.disabled', operator, call: 'admin users disable' }, { action: 'session.ended', operator, call: 'admin users disable' },
      { action: 'account.enabled', operator, call: 'admin users enable' },
    ]);
  });

  it('is in index.js, too, and takes secrets from files, as in a container', async () => {
    const files = Object.entries({ DATABASE_URL: String(env['DATABASE_URL']), SECRET_KEY: testSecret }).map(([name, secret]) => {
      const file = join(newFolder(), name);
      writeFileSync(file, `${secret}\n`);
      return [`${name}_FILE`, file] as const;
    });
    const { DATABASE_URL: _, SECRET_KEY: __, ...others } = env;
    expect(await adminOfIndex({ ...others, ...Object.fromEntries(files) })(['users', 'list', '--json'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('"users"') as string });
  });

  it('asks before what cannot be undone, and does nothing where nobody is there to be asked', async () => {
    const email = `ben-${place}@example.com`;
    const id = await create(email);
    for (const words of [['users', 'disable', email], ['sessions', 'revoke', email, '--all'], ['mails', 'retry', '--all']]) {
      expect({ words, ...await admin(words) }).toMatchObject({ words, code: 2, out: '', err: expect.stringContaining('add --yes') as string });
    }
    expect(await one.query('select disabled_at from users where id = $1', [id])).toEqual([{ disabled_at: null }]);
  });

  it('has a mail that was given up sent again, and says why it cannot', async () => {
    const email = `cleo-${place}@example.com`;
    const id = await create(email);
    const [notice, stale] = ['0199f0c2-7d1e-7a30-8f00-0000000000a1', '0199f0c2-7d1e-7a30-8f00-0000000000a2'];
    await one.query(
      `insert into mails (id, user_id, kind, address, status, failures, deliveries_begun, last_error, created_at) values
       ($1, $3, 'twoFactorOn', $4, 'failed', 8, 1, 'the server was away', now()), ($2, $3, 'twoFactorOn', $4, 'failed', 8, 1, 'the server was away', now() - interval '2 days')`,
      [notice, stale, id, email]);
    const listed = JSON.parse(await done(['mails', 'list', '--status', 'failed', '--json'])) as { mails: { id: string }[] };
    expect(listed.mails.map((mail) => mail.id)).toEqual([stale, notice]);
    expect(await done(['mails', 'retry', notice])).toContain('is sent now');
    for (const until = Date.now() + 10_000; Date.now() < until;) {
      if ((await one.query('select 1 from mails where id = $1 and status = $2', [notice, 'sent'])).length === 1) break;
    }
    expect(await one.query('select status, failures from mails where id = $1', [notice])).toEqual([{ status: 'sent', failures: 0 }]);
    expect(await admin(['mails', 'retry', stale])).toMatchObject({ code: 1, err: 'The mail is not sent: it waited for more than a day.\n' });
    expect(await done(['mails', 'retry', '--all', '--yes'])).toBe('1 mail: each is not sent: it waited for more than a day.\n');
    expect(JSON.parse(await done(['queue', '--json']))).toMatchObject({ queue: { place, isPaused: false, jobs: { waiting: 0, failed: 0 } }, mails: { waiting: 0, failed: 1 } });
  });

  it('refuses in words that say the way out, and tells wrong usage from what was not done', async () => {
    const refused = async (words: readonly string[], code: number, sentence: string, input?: string): Promise<void> => {
      const ran = await admin(words, input);
      expect({ words, ...ran }).toMatchObject({ words, code, err: expect.stringContaining(sentence) as string });
      expect(ran.err).not.toMatch(/\n {4}at /);
    };
    await refused(['users', 'show', 'nobody@example.com'], 1, 'User not found');
    await refused(['users', 'create', `ann-${place}@example.com`], 1, 'already registered', password);
    await refused(['users', 'create', 'dora@example.com'], 1, 'too easy to guess', 'password123');
    await refused(['users', 'create', 'dora'], 2, 'Invalid email address', password);
    await refused(['users', 'list', '--limit', '1000'], 2, 'from 1 to 100');
    await refused(['sessions', 'revoke', `ann-${place}@example.com`], 2, 'name one session, or give --all');
    await refused(['user'], 2, "unknown command 'user'");
  });

  it('prints neither hash nor code nor token, and nothing that moves the cursor', async () => {
    const email = `eve-${place}@example.com`;
    const id = await create(email);
    await one.query("update users set user_name = E'Eve\\u001b[2J\\u202eevE' where id = $1", [id]);
    await login(email);
    const [row] = await one.query<{ password_hash: string }>('select password_hash from users where id = $1', [id]);
    const printed = (await Promise.all([['users', 'list'], ['users', 'show', email], ['users', 'list', '--json'], ['users', 'show', email, '--json'], ['sessions', 'list', email, '--json']]
      .map((words) => done(words)))).join('\n');
    expect(printed).toContain('Eve\ufffd[2J\ufffdevE');
    expect(printed).not.toMatch(/\u001b|passwordHash|password_hash|pepper|eyJ/);
    expect(printed).not.toContain(row?.password_hash);
  });
});

describe('npm run admin, with the embedded Postgres', () => {
  const env = { DATA_DIR: newFolder() };
  const admin = adminWith(env);

  it('ends quietly where nobody reads on', () => {
    const { stdout, stderr } = spawnSync('bash', ['-c', '"$0" index.js admin --help | true; echo "${PIPESTATUS[0]}"', process.execPath], { cwd: repositoryRoot, encoding: 'utf8' });
    expect({ stdout, stderr }).toEqual({ stdout: '0\n', stderr: '' });
  });

  it('says where to begin when there is no installation', async () => {
    expect(await admin(['users', 'list'])).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Start the server once (npm start, or node index.js), or set DATA_DIR or DATABASE_URL') as string });
  });

  it('works beside the process that runs it, says so when the keys differ, and starts it where none runs', async () => {
    let ready: () => void = () => undefined;
    const isReady = new Promise<void>((resolve) => { ready = resolve; });
    const server = startProductProcess(['index.js'], { ...testSettings, PORT: '0', ...env }, () => { ready(); });
    await isReady;
    expect(await admin(['users', 'create', 'ann@example.com', '--verified'], password)).toMatchObject({ code: 0, err: '' });
    expect(await adminWith({ ...env, SECRET_KEY: 'another key that is long enough, surely' })(['users', 'list'])).toMatchObject({ code: 1, err: expect.stringContaining('another SECRET_KEY') as string });
    expect(await server.stop()).toBe(0);
    const alone = await admin(['users', 'list', '--json']);
    expect(alone).toMatchObject({ code: 0, err: 'No server runs here; its Postgres is started for this command.\n' });
    expect(JSON.parse(alone.out)).toMatchObject({ users: [{ email: 'ann@example.com' }] });
  });

  const hasScript = spawnSync('script', ['--version']).status === 0;
  if (!hasScript) console.warn('Skipped: typing a password on a terminal, as the program `script` is not here (Debian: bsdutils)');
  (hasScript ? it : it.skip)('asks for a password on the terminal, twice, without showing it', async () => {
    const typed = [{ after: 'Password: ', type: `${password}\r` }, { after: 'Password again: ', type: `${password}\r` }];
    const ran = await adminOnTerminal(env, ['users', 'create', 'ben@example.com'], typed);
    expect({ code: ran.code, screen: ran.out }).toEqual({ code: 0, screen: expect.stringContaining('ben@example.com has the account') as string });
    expect(ran.out).not.toContain('heron');
    const differing = await adminOnTerminal(env, ['users', 'create', 'cleo@example.com'], [{ after: 'Password: ', type: `${password}\r` }, { after: 'Password again: ', type: 'seven grey herrings\r' }]);
    expect({ code: differing.code, screen: differing.out }).toEqual({ code: 1, screen: expect.stringContaining('differ. Nothing was changed.') as string });
    const declined = await adminOnTerminal(env, ['users', 'disable', 'ben@example.com'], [{ after: '[y/N] ', type: 'n\r' }]);
    expect({ code: declined.code, screen: declined.out }).toEqual({ code: 1, screen: expect.stringContaining('Nothing was changed.') as string });
  });
});
