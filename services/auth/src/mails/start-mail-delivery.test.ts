import { randomBytes, randomUUID } from 'node:crypto';
import { newId } from '@chat-backend/database';
import {
  createTestContext, createTestDatabase, startTestRedis, startTestSmtpServer, type RedisServer, type SmtpBehaviour, type TestDatabase, type TestSmtpServer,
} from '@chat-backend/testing';
import { deriveCode } from '../challenges/derive-code';
import { openAuthDatabase, type AuthDatabase } from '../db';
import { startMailDelivery, type MailDelivery, type MailDeliveryOptions } from './start-mail-delivery';
import { storedQueue, type StoredQueue } from './stored-queue.fixture';

const key = randomBytes(32);
const linkToken = `link-token-${randomBytes(24).toString('base64url')}`;
const codeOf = (challengeId: string, turn = 1): string => deriveCode(key, challengeId, turn);

interface WrittenMail { id: string; address: string; challengeId: string }
interface StoredMail { status: string; deliveries_begun: number; failures: number; last_error: string | null; sent_at: Date | null }

describe.each(['postgres', 'redis'] as const)('mail delivery with its queue on %s', (place) => {
  let database: TestDatabase;
  let auth: AuthDatabase;
  let smtp: TestSmtpServer;
  let redis: RedisServer | undefined;
  let queue: StoredQueue;
  const deliveries = new Set<MailDelivery>();

  beforeAll(async () => {
    [database, smtp, redis] = await Promise.all([createTestDatabase(), startTestSmtpServer(), place === 'redis' ? startTestRedis() : undefined]);
    auth = openAuthDatabase({ url: database.urlFor('auth'), poolSize: 4 });
    queue = storedQueue(database, redis?.url);
  });
  afterEach(async () => {
    await Promise.all([...deliveries].map((delivery) => delivery.close()));
    deliveries.clear();
    smtp.setBehaviour({ kind: 'accept' });
    await database.query('delete from users');
  });
  afterAll(async () => {
    await auth.close();
    await smtp.close();
    await redis?.stop();
    await database.drop();
  });

  const start = async (options: Partial<MailDeliveryOptions> = {}): Promise<MailDelivery> => {
    const delivery = await startMailDelivery({
      context: createTestContext(database, redis === undefined ? {} : { redisUrl: redis.url }),
      config: { smtpUrl: smtp.url, mailFrom: 'Chat <no-reply@chat.test>', publicUrl: 'https://chat.test', isProduction: true },
      database: auth,
      codeFor: codeOf,
      linkFor: () => `https://chat.test/verify-email?token=${linkToken}`,
      sweepEveryMs: 60_000,
      retry: { attempts: 3, firstAfterMs: 10 },
      ...options,
    });
    deliveries.add(delivery);
    return delivery;
  };

  const write = async (columns: { status?: string; deliveriesBegun?: number } = {}): Promise<WrittenMail> => {
    const [userId, challengeId, id] = [newId(), newId(), newId()];
    const address = `${randomUUID()}@example.com`;
    await database.query(`insert into users (id, email, password_hash, pepper_id, updated_at) values ($1, $2, '', '', now())`, [userId, address]);
    await database.query(`insert into challenges (id, user_id, purpose, expires_at) values ($1, $2, 'verify', now() + interval '10 minutes')`, [challengeId, userId]);
    await database.query(
      `insert into mails (id, user_id, challenge_id, challenge_turn, kind, address, status, deliveries_begun) values ($1, $2, $3, 1, 'verifyAddress', $4, $5::mail_status, $6)`,
      [id, userId, challengeId, address, columns.status ?? 'waiting', columns.deliveriesBegun ?? 0]);
    return { id, address, challengeId };
  };

  const writeNotice = async (): Promise<WrittenMail> => {
    const mail = await write();
    await database.query(`update mails set kind = 'twoFactorOff', challenge_id = null, challenge_turn = null where id = $1`, [mail.id]);
    return mail;
  };

  const stored = async ({ id }: WrittenMail): Promise<StoredMail> => {
    const [row] = await database.query<StoredMail>('select status, deliveries_begun, failures, last_error, sent_at from mails where id = $1', [id]);
    if (row === undefined) throw new Error('the row is gone');
    return row;
  };

  const eventually = async <Value>(look: () => Promise<Value>, holds: (value: Value) => boolean): Promise<Value> => {
    for (const until = Date.now() + 10_000; ;) {
      const value = await look();
      if (holds(value)) return value;
      if (Date.now() > until) throw new Error(`this stayed so: ${JSON.stringify(value)}`);
      await new Promise((resolve) => { setTimeout(resolve, 10); });
    }
  };
  const ended = (mail: WrittenMail): Promise<StoredMail> => eventually(() => stored(mail), ({ status }) => status !== 'waiting');
  const arrivedFor = ({ address }: WrittenMail) => smtp.mails.filter(({ to }) => to.includes(address));

  it('sends a mail once, with its code and link in both parts', async () => {
    const delivery = await start();
    const mail = await write();
    await delivery.enqueue(mail.id);
    await delivery.enqueue(mail.id);
    const received = await smtp.waitForMail(({ to }) => to.includes(mail.address));
    const row = await ended(mail);
    expect(row).toMatchObject({ status: 'sent', deliveries_begun: 1, failures: 0, last_error: null, sent_at: expect.any(Date) as Date });
    await delivery.enqueue(mail.id);
    await delivery.drain();
    expect(arrivedFor(mail)).toHaveLength(1);
    expect(received).toMatchObject({ from: 'no-reply@chat.test', subject: 'Confirm your email address', messageId: `<${mail.id}@chat.test>`, autoSubmitted: 'auto-generated' });
    for (const part of [received.text, received.html]) {
      expect(part).toContain(codeOf(mail.challengeId));
      expect(part).toContain(linkToken);
    }
  });

  it('says how long its code is still good, also where its challenge was opened long before', async () => {
    const delivery = await start();
    const [fresh, late] = [await write(), await write()];
    await database.query(`update challenges set expires_at = now() + interval '110 seconds' where id = $1`, [late.challengeId]);
    for (const [mail, words] of [[fresh, '10 minutes'], [late, '2 minutes']] as const) {
      await delivery.enqueue(mail.id);
      const received = await smtp.waitForMail(({ to }) => to.includes(mail.address));
      for (const part of [received.text, received.html]) expect(part).toContain(`It is good for ${words} and for one use.`);
    }
  });

  it('tries again after a refusal, with the same code, and counts no delivery for it', async () => {
    const delivery = await start();
    const mail = await write();
    smtp.setBehaviour({ kind: 'refuse', code: 451 });
    await delivery.enqueue(mail.id);
    await eventually(() => stored(mail), ({ failures }) => failures === 1);
    smtp.setBehaviour({ kind: 'accept' });
    await smtp.waitForMail(({ to }) => to.includes(mail.address));
    expect(await ended(mail)).toMatchObject({ status: 'sent', deliveries_begun: 1 });
    const [refused, ...others] = arrivedFor(mail);
    expect(others.length).toBeGreaterThan(0);
    for (const other of others) expect([other.text, other.messageId]).toEqual([refused?.text, refused?.messageId]);
    expect(refused?.text).toContain(codeOf(mail.challengeId));
  });

  it.each<[string, SmtpBehaviour, number]>([
    ['as often as it may after refusals that may pass', { kind: 'refuse', code: 451, words: ({ text }) => `not now: ${text.replaceAll(/\s+/g, ' ')}` }, 3],
    ['once after a final refusal', { kind: 'refuseRecipient', code: 550 }, 1],
    ['as often as it may while the server cuts the connection before the content', { kind: 'dropBeforeContent' }, 3],
  ])('tries %s, then keeps row and job as dead letters without a secret', async (_case, behaviour, failures) => {
    const delivery = await start();
    const mail = await write();
    smtp.setBehaviour(behaviour);
    await delivery.enqueue(mail.id);
    const row = await ended(mail);
    expect(row).toMatchObject({ status: 'failed', deliveries_begun: 0, failures, last_error: expect.any(String) as string, sent_at: null });
    await delivery.drain();
    const kept = `${await queue.content()} ${row.last_error}`;
    expect(kept).toContain(mail.id);
    expect(kept).not.toContain(codeOf(mail.challengeId));
    expect(kept).not.toContain(linkToken);
  });

  it('tries a notice beyond the attempts of a code, until the server is back', async () => {
    const delivery = await start({ linkFor: () => undefined });
    const notice = await writeNotice();
    smtp.setBehaviour({ kind: 'refuse', code: 451 });
    await delivery.enqueue(notice.id);
    await eventually(() => stored(notice), ({ failures }) => failures > 3);
    expect(await stored(notice)).toMatchObject({ status: 'waiting' });
    smtp.setBehaviour({ kind: 'accept' });
    expect(await ended(notice)).toMatchObject({ status: 'sent', deliveries_begun: 1 });
  });

  it('tries a notice for a day', async () => {
    const delivery = await start({ linkFor: () => undefined });
    const notice = await writeNotice();
    smtp.setBehaviour({ kind: 'refuse', code: 451 });
    await database.query(`update mails set created_at = now() - interval '25 hours' where id = $1`, [notice.id]);
    await delivery.enqueue(notice.id);
    expect(await ended(notice)).toMatchObject({ status: 'failed', failures: 0, last_error: 'it waited for more than a day' });
  });

  it('delivers at most twice when the server takes the content and gives no answer', async () => {
    const delivery = await start({ retry: { attempts: 8, firstAfterMs: 10 }, sweepEveryMs: 50 });
    const mail = await write();
    smtp.setBehaviour({ kind: 'drop' });
    await delivery.enqueue(mail.id);
    expect(await ended(mail)).toMatchObject({ status: 'failed', deliveries_begun: 2, failures: 2 });
    await delivery.drain();
    const received = arrivedFor(mail);
    expect(received).toHaveLength(2);
    expect(received[1]?.messageId).toBe(received[0]?.messageId);
    expect(received[1]?.text).toBe(received[0]?.text);
  });

  it.each([[1, 'sent', 1], [2, 'failed', 0]])('with %i deliveries cut off by a crash before, it ends as %s', async (deliveriesBegun, status, sent) => {
    const delivery = await start();
    const mail = await write({ deliveriesBegun });
    await delivery.enqueue(mail.id);
    expect(await ended(mail)).toMatchObject({ status, deliveries_begun: 2 });
    expect(arrivedFor(mail)).toHaveLength(sent);
  });

  it.each([
    ['its challenge was closed', 'closed_at = now()'],
    ['its challenge expired', `expires_at = now() - interval '1 second'`],
    ['a newer code was asked for', 'turn = 2'],
  ])('does not send when %s', async (_reason, change) => {
    const delivery = await start();
    const mail = await write();
    await database.query(`update challenges set ${change} where id = $1`, [mail.challengeId]);
    await delivery.enqueue(mail.id);
    expect(await ended(mail)).toMatchObject({ status: 'failed', deliveries_begun: 0, last_error: expect.any(String) as string });
    expect(arrivedFor(mail)).toEqual([]);
  });

  it('finds mails that were never enqueued, and those whose jobs were lost with the queue', async () => {
    const early = await write();
    const delivery = await start({ sweepEveryMs: 50, retry: { attempts: 8, firstAfterMs: 3_600_000 } });
    expect(await ended(early)).toMatchObject({ status: 'sent' });
    const mail = await write();
    smtp.setBehaviour({ kind: 'refuse', code: 451 });
    await delivery.enqueue(mail.id);
    await eventually(() => stored(mail), ({ failures }) => failures === 1);
    smtp.setBehaviour({ kind: 'accept' });
    await eventually(queue.content, (content) => content.includes(mail.id));
    await queue.empty();
    expect(await ended(mail)).toMatchObject({ status: 'sent', failures: 1 });
    expect(arrivedFor(mail)).toHaveLength(2);
  });

  it('finishes the mail under way when it is told to stop, and takes no other', async () => {
    const delivery = await start();
    const [first, second] = [await write(), await write()];
    let answer: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      smtp.setBehaviour({ kind: 'acceptWhen', answer: () => { resolve(); return new Promise<void>((done) => { answer = done; }); } });
    });
    await delivery.enqueue(first.id);
    await asked;
    const drained = delivery.drain();
    await delivery.enqueue(second.id);
    answer?.();
    await drained;
    expect(await stored(first)).toMatchObject({ status: 'sent' });
    expect(await stored(second)).toMatchObject({ status: 'waiting', deliveries_begun: 0 });
  });

  it('counts what it sent, gave up, and what waits', async () => {
    const context = createTestContext(database, redis === undefined ? {} : { redisUrl: redis.url });
    const delivery = await start({ context });
    const [mail, dead] = [await write(), await write({ deliveriesBegun: 2 })];
    await delivery.enqueue(mail.id);
    await delivery.enqueue(dead.id);
    await Promise.all([ended(mail), ended(dead)]);
    await write();
    await delivery.drain();
    const text = await context.metrics.metrics();
    for (const line of ['mails_sent_total 1', 'mails_failed_total 1', 'mails_waiting 1', 'mails_given_up 1']) expect(text).toContain(line);
  });
});
