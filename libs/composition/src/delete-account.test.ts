import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeletionTiming } from '@chat-backend/database';
import { createTestDatabase, searchColumns, startTestSmtpServer, type TestDatabase, type TestSmtpServer } from '@chat-backend/testing';
import { io, type Socket } from 'socket.io-client';
import { startProcess, type RunningProcess } from './start-process';
import { serviceStarters, type ServiceStarters } from './start-service';

jest.setTimeout(60_000);

/** As the product's, but for the time until a deletion counts as settled. */
const deletions: DeletionTiming = { everyMs: 50, settledAfterMs: 500 };
const starters: ServiceStarters = {
  ...serviceStarters,
  'social-graph': async (context) => (await import('@chat-backend/social-graph')).startSocialGraph(context, { deletions }),
  group: async (context) => (await import('@chat-backend/group')).startGroup(context, { deletions }),
  messaging: async (context) => (await import('@chat-backend/messaging')).startMessaging(context, { deletions }),
};

interface Reply { status: number; body: { success: boolean; code?: string; data?: unknown } }
interface Person { id: string; email: string; token: string; socket: Socket }
interface Ack { seq?: number; code?: string }
interface Stored { seq: number; from: string; message: string }

const password = 'correct horse battery';
const secret = (): string => randomBytes(6).toString('hex');

/** The whole product, from the front door: strict mode, a real mail server, every service in one process. */
describe('the deletion of an account', () => {
  let database: TestDatabase;
  let mailServer: TestSmtpServer;
  let product: RunningProcess;
  let dataDir: string;
  beforeAll(async () => {
    [database, mailServer] = await Promise.all([createTestDatabase(), startTestSmtpServer()]);
    dataDir = mkdtempSync(join(tmpdir(), 'chat-backend-deletion-'));
    product = await startProcess({
      env: {
        DATABASE_URL: database.administratorUrl, DATA_DIR: dataDir, PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '2', BCRYPT_COST: '4', RATE_LIMIT_FACTOR: '0',
        SMTP_URL: mailServer.url, LOG_LEVEL: 'warn',
      },
      logDestination: { write: () => undefined }, starters,
    });
    await product.ready;
  });
  let over: AbortController;
  const sockets: Socket[] = [];
  beforeEach(() => {
    over = new AbortController();
    mailServer.setBehaviour({ kind: 'accept' });
  });
  afterEach(() => {
    over.abort();
    for (const socket of sockets.splice(0)) socket.disconnect();
  });
  afterAll(async () => {
    await product.stop('the test is over');
    await mailServer.close();
    await database.drop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const url = (): string => `http://127.0.0.1:${product.ports.port}`;
  const post = async (name: string, body: object): Promise<Reply> => {
    const response = await fetch(`${url()}/api/v1/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() as Reply['body'] };
  };
  const call = async <Data>(name: string, body: object): Promise<Data> => {
    const { status, body: replied } = await post(name, body);
    expect({ name, status, code: replied.code }).toEqual({ name, status: 200, code: undefined });
    return replied.data as Data;
  };
  const everyPage = async (name: string, token: string): Promise<unknown[]> => {
    const records: unknown[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const { body } = await post(name, { token, ...(cursor === undefined ? {} : { cursor }) });
      records.push(...body.data as unknown[]);
      cursor = (body as { nextCursor?: string }).nextCursor;
    }
    return records;
  };
  const codeTo = async (email: string, subject: RegExp): Promise<string> => {
    const { text } = await mailServer.waitForMail((mail) => mail.to.includes(email) && subject.test(mail.subject));
    return /\b(\d{6})\b/.exec(text)?.[1] ?? '';
  };
  const newPerson = async (): Promise<Person> => {
    const email = `${secret()}@x.example`;
    const { token: handle } = await call<{ token: string }>('register', { email, password });
    await call('verify-user', { token: handle, otp: await codeTo(email, /confirm/i) });
    const { id, token } = await call<{ id: string; token: string }>('login', { email, password });
    const socket = io(url(), { auth: { token }, transports: ['websocket'], reconnection: false, forceNew: true });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => { socket.once('connect', resolve).once('connect_error', reject); });
    return { id, email, token, socket };
  };
  const befriend = async (one: Person, other: Person): Promise<void> => {
    await call('sent-request', { token: one.token, to: other.id });
    await call('accept-request', { token: other.token, to: one.id });
  };
  const send = (from: Person, to: string, chatType: string, message: string): Promise<Ack> =>
    from.socket.timeout(10_000).emitWithAck('sendMessage', { to, chatType, message, messageType: 'TEXT' }) as Promise<Ack>;
  /** Goes on until the socket is closed or the sender is told to stop. */
  const sendOn = async (from: Person, to: string, message: string, signal: AbortSignal): Promise<number[]> => {
    const acknowledged: number[] = [];
    while (!signal.aborted && from.socket.connected) {
      const { seq } = await send(from, to, 'friend', message).catch((): Ack => ({}));
      if (seq !== undefined) acknowledged.push(seq);
    }
    return acknowledged;
  };
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 20_000; !await holds();) {
      if (Date.now() > deadline) throw new Error('it does not come to its end');
      await new Promise(setImmediate);
    }
  };
  const isComplete = (userId: string) => until(async () => (await database.query('select 1 from account_deletions where user_id = $1 and completed_at is not null', [userId])).length === 1);
  const placesOf = async (texts: readonly string[]): Promise<string[]> => (await Promise.all(texts.map((text) => searchColumns(database.query, text)))).flat();
  const historyOf = async (reader: Person, chatId: string, chatType: string): Promise<Stored[]> => {
    const messages: Stored[] = [];
    for (let page = await call<Stored[]>('get-messages', { token: reader.token, chatId, chatType, limit: 100, afterSeq: 0 }); page.length > 0;) {
      messages.push(...page);
      page = await call<Stored[]>('get-messages', { token: reader.token, chatId, chatType, limit: 100, afterSeq: page.at(-1)?.seq });
    }
    return messages;
  };
  const numbersUpTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

  it('leaves nothing of the person in any column, and numbers without a gap, with everything under way', async () => {
    const [gone, friend, member, former] = await Promise.all([newPerson(), newPerson(), newPerson(), newPerson()]);
    const profile = { userName: `name ${secret()}`, about: `about ${secret()}`, profileImage: `https://x.example/${secret()}.png` };
    const said = `said ${secret()}`;
    await call('update-profile', { token: gone.token, ...profile });
    await befriend(gone, friend);
    await befriend(gone, former);
    await call('remove-friend', { token: former.token, to: gone.id });
    await call('sent-request', { token: gone.token, to: member.id });
    const { id: owned } = await call<{ id: string }>('create-group', { token: gone.token, groupName: 'a group' });
    for (const { token } of [member, friend]) await call('join-group', { token, groupId: owned });
    for (let count = 0; count < 120; count += 1) await send(gone, friend.id, 'friend', said);
    await send(friend, gone.id, 'friend', 'theirs');
    await send(gone, owned, 'group', said);
    await call('mark-read', { token: friend.token, chatId: gone.id, chatType: 'friend', seq: 3 });

    // Mails that wait, and one that was given up; both were answered with the address.
    mailServer.setBehaviour({ kind: 'refuse', code: 550, words: ({ to }) => `no ${to[0]}` });
    await call('forgot-password', { email: gone.email });
    await until(async () => (await database.query(`select 1 from mails where address = $1 and status = 'failed'`, [gone.email])).length === 1);
    mailServer.setBehaviour({ kind: 'refuse', code: 451, words: ({ to }) => `not now ${to[0]}` });
    await call('forgot-password', { email: gone.email });
    await until(async () => (await database.query(`select 1 from mails where address = $1 and status = 'waiting' and failures > 0`, [gone.email])).length === 1);
    const texts = [gone.email, ...Object.values(profile), said];
    expect(new Set(await placesOf(texts))).toEqual(new Set([
      'users.email', 'mails.address', 'users.user_name', 'users.about', 'users.profile_image', 'user_log_entries.payload', 'messages.body',
    ]));

    mailServer.setBehaviour({ kind: 'accept' });
    await database.query('update users set is_two_factor_enabled = true where id = $1', [gone.id]);
    expect(await post('delete-account', { token: gone.token, password })).toMatchObject({ status: 400, body: { code: 'CODE_REQUIRED' } });
    const otp = await codeTo(gone.email, /two-factor/i);
    const sending = [sendOn(gone, friend.id, said, over.signal), sendOn(friend, gone.id, 'theirs', over.signal)] as const;
    const ended = Promise.all([
      new Promise((resolve) => { gone.socket.once('sessionEnded', resolve); }), new Promise((resolve) => { gone.socket.once('disconnect', resolve); }),
    ]);
    const toldAt = Date.now();
    await call('delete-account', { token: gone.token, password, otp, messages: 'erase' });
    expect(await ended).toMatchObject([{ code: 'SESSION_REVOKED' }, 'io server disconnect']);
    expect(Date.now() - toldAt).toBeLessThan(2_000);
    expect(await post('get-all-friends', { token: gone.token })).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
    expect(await post('login', { email: gone.email, password })).toMatchObject({ status: 401, body: { code: 'WRONG_CREDENTIALS' } });
    await isComplete(gone.id);
    over.abort();
    const acknowledged = (await Promise.all(sending)).flat();

    expect(await placesOf(texts)).toEqual([]);
    const chat = await historyOf(friend, gone.id, 'friend');
    expect(chat.map(({ seq }) => seq)).toEqual(numbersUpTo(chat.length));
    expect(acknowledged.filter((seq) => seq > chat.length)).toEqual([]);
    expect(chat.filter(({ from, message }) => message !== (from === gone.id ? '' : 'theirs'))).toEqual([]);
    expect(chat.filter(({ from }) => from === gone.id).length).toBeGreaterThanOrEqual(120);
    expect((await historyOf(member, owned, 'group')).map(({ seq, from, message }) => [seq, from, message])).toEqual([[1, gone.id, '']]);
    const revisions = await database.query<{ rows: string; highest: string; last: string }>(
      `select count(*) as rows, max(m.revision) as highest, max(c.last_revision) as last from messages m join conversations c on c.id = m.conversation_id where m.revision > 0 group by m.conversation_id`);
    for (const { rows, highest, last } of revisions) expect([rows, rows]).toEqual([highest, last]);

    expect(await send(friend, gone.id, 'friend', 'after')).toMatchObject({ code: 'NOT_FRIENDS' });
    const nobody = { id: gone.id, user_name: null, about: null, profile_image: null };
    expect(await call('get-all-friends', { token: friend.token })).toEqual([]);
    expect(await call('get-all-received-requests', { token: member.token })).toEqual([]);
    expect(await call('get-chat-details', { token: friend.token, chatId: gone.id, chatType: 'friend' })).toEqual(nobody);
    expect(await call('get-conversations', { token: friend.token })).toEqual(expect.arrayContaining([expect.objectContaining({ chatId: gone.id, user_name: null, profile_image: null, isDeleted: true })]));
    expect(await call('get-group-members', { token: friend.token, groupId: owned })).toMatchObject([{ id: member.id, role: 'owner' }, { id: friend.id, role: 'member' }]);
    for (const { token } of [friend, former, member]) {
      const { log } = await call<{ log: { events: { kind: string }[] } }>('sync', { token, afterNumber: 0 });
      expect(log.events).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'friendship', state: 'none', user: nobody })]));
    }
    const exported = JSON.stringify([await everyPage('export-friends', friend.token), await everyPage('export-messages', friend.token)]);
    expect(exported).toContain(gone.id);
    expect(texts.filter((text) => exported.includes(text))).toEqual([]);

    expect((await post('register', { email: gone.email, password })).status).toBe(200);
  });

  it('keeps the texts unless they shall go too', async () => {
    const [gone, friend] = await Promise.all([newPerson(), newPerson()]);
    await befriend(gone, friend);
    await call('update-profile', { token: gone.token, userName: `name ${secret()}` });
    await send(gone, friend.id, 'friend', 'mine');
    const pushed: unknown[] = [];
    friend.socket.on('userEvent', (event) => { pushed.push(event); });
    const ended = new Promise((resolve) => { gone.socket.once('sessionEnded', resolve); });
    await call('delete-account', { token: gone.token, password });
    expect(await ended).toMatchObject({ code: 'SESSION_REVOKED', reason: 'accountDeleted' });
    await isComplete(gone.id);
    expect((await historyOf(friend, gone.id, 'friend')).map(({ seq, from, message }) => [seq, from, message])).toEqual([[1, gone.id, 'mine']]);
    await until(async () => pushed.length === 1);
    expect(pushed).toMatchObject([{ kind: 'friendship', state: 'none', user: { id: gone.id, user_name: null } }]);
  });

  it('lets a person take along what is kept of them first', async () => {
    const [me, friend] = await Promise.all([newPerson(), newPerson()]);
    await befriend(me, friend);
    await call('create-group', { token: me.token, groupName: 'mine' });
    for (let count = 1; count <= 5; count += 1) await send(me, friend.id, 'friend', `message ${count}`);
    const names = ['export-account', 'export-friends', 'export-groups', 'export-messages'];
    const records = (await Promise.all(names.map((name) => everyPage(name, me.token)))).flat() as { kind: string }[];
    const kinds = Object.fromEntries([...new Set(records.map(({ kind }) => kind))].map((kind) => [kind, records.filter((record) => record.kind === kind).length]));
    expect(kinds).toEqual({ account: 1, session: 1, mail: 1, friend: 1, requestSent: 1, membership: 1, conversation: 1, message: 5 });
  });
});
