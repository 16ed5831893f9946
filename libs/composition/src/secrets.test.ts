import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiPrefix, routeTable, socketEvents } from '@chat-backend/contracts';
import {
  codeIn, createTestDatabase, linkTokenIn, startTestRedis, startTestSmtpServer, testToken, type CapturedMail, type RedisServer, type TestDatabase, type TestSmtpServer,
} from '@chat-backend/testing';
import { createApiCaller, type ApiCaller } from './api-caller.fixture';
import { createSecretSearch, readMetrics, readTables, watchRedis, type Place, type RedisWatch, type SecretSearch } from './secret-search.fixture';
import { startProcess, type RunningProcess } from './start-process';

jest.setTimeout(120_000);

const publicUrl = 'https://chat.test';
const newEmail = (): string => `${randomUUID()}@example.com`;
const newSecret = (): string => `canary-${randomBytes(18).toString('base64url')}`;
const json = { 'content-type': 'application/json' };
const otherThan = (code: string): string => (code === '000000' ? '000001' : '000000');

describe.each(['postgres', 'redis'] as const)('secrets, in strict mode with its queue on %s', (queue) => {
  let database: TestDatabase;
  let redis: RedisServer | undefined;
  let watch: RedisWatch | undefined;
  let smtp: TestSmtpServer;
  let product: RunningProcess;
  let secrets: SecretSearch;
  let api: ApiCaller;
  const log: string[] = [];

  beforeAll(async () => {
    [database, smtp, redis] = await Promise.all([createTestDatabase(), startTestSmtpServer(), queue === 'redis' ? startTestRedis() : undefined]);
    watch = redis === undefined ? undefined : await watchRedis(redis.url);
    secrets = createSecretSearch();
    product = await startProcess({
      env: {
        DATABASE_URL: database.administratorUrl, DATA_DIR: mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'secrets-')),
        ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
        SECRET_KEY: secrets.add('SECRET_KEY', newSecret() + newSecret()), PASSWORD_PEPPER: secrets.add('PASSWORD_PEPPER', newSecret() + newSecret()),
        SMTP_URL: smtp.url, PUBLIC_URL: publicUrl, LOG_LEVEL: 'trace', BCRYPT_COST: '4', RATE_LIMIT_FACTOR: '100',
        PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '3',
      },
      logDestination: { write: (line) => { log.push(line); } },
    });
    await product.ready;
    api = createApiCaller(`http://127.0.0.1:${product.ports.port}`, secrets);
  });
  afterAll(async () => {
    await product.stop('the test is over');
    watch?.stop();
    await Promise.all([redis?.stop(), smtp.close(), database.drop()]);
  });

  afterEach(() => { smtp.setBehaviour({ kind: 'accept' }); });

  const places = async (): Promise<Place[]> => [
    { name: 'the log', text: log.join('') }, await readMetrics(product.ports.metricsPort), ...await readTables(database), ...await watch?.read() ?? [], ...api.replies,
  ];

  /** Those that came to the address, and what opens something in them is a secret from here on, whatever the server did with them. */
  const mailsTo = (address: string): CapturedMail[] => {
    const mails = smtp.mails.filter(({ to }) => to.includes(address));
    for (const mail of mails) {
      if (codeIn(mail) !== '') secrets.add(`the code mailed as "${mail.subject}"`, codeIn(mail));
      if (linkTokenIn(mail) !== '') secrets.add(`the link mailed as "${mail.subject}"`, linkTokenIn(mail));
    }
    return mails;
  };
  const mailTo = async (address: string, number = 1): Promise<CapturedMail> => {
    await smtp.waitForMail(({ to }) => to.includes(address) && smtp.mails.filter((mail) => mail.outcome === 'accepted' && mail.to.includes(address)).length >= number);
    const mail = mailsTo(address).filter(({ outcome }) => outcome === 'accepted')[number - 1];
    if (mail === undefined) throw new Error(`there is no mail ${number} to ${address}`);
    return mail;
  };
  /** When the mail's row says so. */
  const mailBecomes = async (address: string, condition: string): Promise<void> => {
    for (const until = Date.now() + 20_000; Date.now() < until;) {
      if ((await database.query(`select 1 from mails where address = $1 and ${condition}`, [address])).length > 0) return;
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    throw new Error(`no mail to ${address} has ${condition}`);
  };

  const expectReply = async (name: string, body: object, status: number, code?: string): Promise<Record<string, string>> => {
    const reply = await api.call(name, body);
    expect([name, reply.status, reply.code]).toEqual([name, status, code]);
    return reply.data;
  };
  const registered = async () => {
    const account = { email: newEmail(), password: newSecret() };
    const { token } = await expectReply('register', account, 200);
    return { ...account, handle: token ?? '' };
  };
  const verified = async () => {
    const account = await registered();
    await expectReply('verify-user', { token: linkTokenIn(await mailTo(account.email)) }, 200);
    return account;
  };
  const signedIn = async ({ email, password }: { email: string; password: string }) => {
    const { token = '', refreshToken = '' } = await expectReply('login', { email, password }, 200);
    return { token, refreshToken };
  };

  it('an account from its registration to its verification', async () => {
    const { email, password, handle } = await registered();
    const code = codeIn(await mailTo(email));
    await expectReply('login', { email, password }, 403, 'EMAIL_NOT_VERIFIED');
    await expectReply('verify-user', { token: handle }, 400, 'CODE_REQUIRED');
    await expectReply('verify-user', { token: handle, otp: otherThan(code) }, 401, 'WRONG_CODE');
    await expectReply('resend-email', { token: handle }, 200);
    const renewed = codeIn(await mailTo(email, 2));
    await expectReply('verify-user', { token: handle, otp: renewed }, 200);
    await expectReply('verify-user', { token: handle, otp: renewed }, 401, 'CHALLENGE_EXPIRED');
    await expectReply('register', { email, password: newSecret() }, 200);
    await mailTo(email, 3);
  });

  it('sessions, sockets, and a change of the password by who is signed in', async () => {
    const account = await verified();
    const { token, refreshToken } = await signedIn(account);
    await expectReply('login', { email: account.email, password: newSecret() }, 401, 'WRONG_CREDENTIALS');
    await expectReply('get-user-details', { token }, 200);
    await api.call('get-user-details', {}, { authorization: `Bearer ${token}` });
    await api.call('get-user-details', { token: secrets.add('another token in the body', newSecret()) }, { authorization: `Bearer ${token}` });
    await expectReply('update-profile', { token, about: 'hello', otp: newSecret(), password: newSecret() }, 200);
    const next = await expectReply('refresh-token', { refreshToken }, 200);
    await expectReply('refresh-token', { refreshToken: newSecret() }, 401, 'TOKEN_INVALID');
    const events = Object.keys(socketEvents.fromClient);
    for (const transport of ['websocket', 'polling'] as const) {
      expect(await api.openSocket(next['token'] ?? '', transport, events)).toBe('connected');
      for (const wrong of [newSecret(), testToken(randomUUID()), testToken(randomUUID(), { livesSeconds: -1 })]) expect(await api.openSocket(wrong, transport)).toContain('TOKEN');
    }
    await expectReply('update-password', { token, password: newSecret(), currentPassword: newSecret() }, 401, 'WRONG_CREDENTIALS');
    await expectReply('update-password', { token, password: newSecret(), currentPassword: account.password }, 200);
    await expectReply('logout', { token }, 200);
    await expectReply('refresh-token', { refreshToken: next['refreshToken'] ?? '' }, 401, 'SESSION_REVOKED');
  });

  it('two resets, by the code and by the link, and a sign-in with two-factor', async () => {
    const account = await verified();
    const { token } = await expectReply('forgot-password', { email: account.email }, 200);
    const code = codeIn(await mailTo(account.email, 2));
    await expectReply('update-password', { token, password: newSecret(), otp: otherThan(code) }, 401, 'WRONG_CODE');
    await expectReply('update-password', { token, password: newSecret(), otp: code }, 200);
    await expectReply('forgot-password', { email: account.email }, 200);
    const link = linkTokenIn(await mailTo(account.email, 3));
    for (const page of ['verify-email', 'reset-password']) await api.send(`/${page}?token=${link}`, {});
    const password = newSecret();
    await expectReply('update-password', { token: link, password }, 200);
    await database.query('update users set is_two_factor_enabled = true where email = $1', [account.email]);
    const handle = (await expectReply('login', { email: account.email, password }, 200))['token'] ?? '';
    expect(await api.openSocket(handle, 'websocket')).toContain('WRONG_TOKEN_PURPOSE');
    await expectReply('verify-user', { token: handle, otp: codeIn(await mailTo(account.email, 4)) }, 200);
  });

  it('a mail server that refuses, quoting what it refuses, cuts the connection, and recovers', async () => {
    const quote = ({ text }: CapturedMail): string => `not this: ${text.replaceAll(/\s+/g, ' ')}`;
    smtp.setBehaviour({ kind: 'refuse', code: 554, words: quote });
    const refused = await registered();
    await mailBecomes(refused.email, "status = 'failed'");
    smtp.setBehaviour({ kind: 'drop' });
    const dropped = await registered();
    await mailBecomes(dropped.email, 'failures = 1');
    smtp.setBehaviour({ kind: 'refuse', code: 451, words: quote });
    const late = await registered();
    await mailBecomes(late.email, 'failures = 1');
    for (const { email } of [refused, dropped, late]) expect(mailsTo(email).map(codeIn)).toContainEqual(expect.stringMatching(/^\d{6}$/));
    expect(secrets.find(await places())).toEqual([]);
    smtp.setBehaviour({ kind: 'accept' });
    await mailTo(late.email);
  });

  it('calls of every endpoint that are hostile or cannot be read', async () => {
    const bodies = (): string[] => {
      const [password, token, otp] = [secrets.add('a password in a bad body', newSecret()), secrets.add('a token in a bad body', newSecret()), secrets.add('a code in a bad body', newSecret())];
      const everywhere = { email: newEmail(), password, currentPassword: password, token, refreshToken: token, otp, query: 5, userName: { password }, about: [token] };
      return [
        JSON.stringify(everywhere), JSON.stringify({ ...everywhere, email: password }), JSON.stringify({ ...everywhere, password: { password }, token: { token } }),
        JSON.stringify({ ...everywhere, [password]: token }), JSON.stringify([everywhere]), `{"token": "${token}", "password": "${password}`,
        JSON.stringify({ ...everywhere, padding: ' '.repeat(40_000) }),
      ];
    };
    for (const { name } of routeTable.filter(({ service }) => service === 'auth')) {
      for (const body of bodies()) {
        const { status } = await api.send(`${apiPrefix}/${name}`, { method: 'POST', headers: json, body });
        expect([name, status < 500]).toEqual([name, true]);
      }
      const [token, body = ''] = [secrets.add('a token in a query', newSecret()), bodies()[0]];
      await api.send(`${apiPrefix}/${name}?token=${token}`, { headers: { authorization: `Bearer ${token}` } });
      await api.send(`${apiPrefix}/${name}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
      await api.send(`${apiPrefix}/${name}`, { method: 'POST', headers: { ...json, accept: 'application/problem+json', cookie: `token=${token}` }, body });
    }
  });

  it('a database that fails in the middle of calls', async () => {
    const account = await verified();
    const { token, refreshToken } = await signedIn(account);
    const { handle } = await registered();
    await database.query('alter table challenges rename to challenges_away; alter table refresh_tokens rename to refresh_tokens_away');
    try {
      const failing = [
        ['register', { email: newEmail(), password: newSecret() }], ['login', account], ['forgot-password', account], ['refresh-token', { refreshToken }],
        ['verify-user', { token: handle, otp: '123123' }], ['resend-email', { token: handle }],
        ['update-password', { token, password: newSecret(), currentPassword: account.password }],
      ] as const;
      for (const [name, body] of failing) await expectReply(name, body, 500, 'INTERNAL');
    } finally {
      await database.query('alter table challenges_away rename to challenges; alter table refresh_tokens_away rename to refresh_tokens');
    }
    expect(log.join('')).toContain('call failed');
  });

  it('are in no log, metric, queue, table or reply afterwards', async () => {
    const { email } = await registered();
    await mailTo(email);
    expect(secrets.size()).toBeGreaterThan(100);
    const searched = await places();
    const notEmpty = searched.filter(({ text }) => text !== '').map(({ name }) => name);
    const inQueue = queue === 'redis' ? ['a command to Redis', 'Redis key {chat-backend}:mails:meta'] : ['table bullmq.job'];
    expect(notEmpty).toEqual(expect.arrayContaining(['the log', 'the metrics', 'table public.mails', 'table public.users', ...inQueue]));
    expect(secrets.find(searched)).toEqual([]);
  });

  it('are found where they are put', async () => {
    const { email, password, handle } = await registered();
    const code = codeIn(await mailTo(email));
    await mailBecomes(email, "status = 'sent'");
    await database.query('update mails set last_error = $2 where address = $1', [email, `said ${code}.`]);
    await database.query("update users set about = encode($2::bytea, 'hex') where email = $1", [email, password]);
    log.push(JSON.stringify({ msg: `signed ${handle}` }), '\n');
    await watch?.client.set('planted', JSON.stringify({ otp: code }));
    const found = secrets.find(await places());
    const [codeName, passwordName, handleName] = ['the code mailed as "Confirm your email address"', 'password sent to register', 'token given out by register'];
    expect(found.sort()).toEqual([
      `${codeName} in table public.mails`, `${passwordName} in table public.users`, `${handleName} in the log`,
      ...watch === undefined ? [] : [`${codeName} in Redis key planted`, `${codeName} in a command to Redis`],
    ].sort());
  });
});
