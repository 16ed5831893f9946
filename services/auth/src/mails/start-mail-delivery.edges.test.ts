import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@chat-backend/database';
import { createLogger } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, startTestRedis, type TestDatabase } from '@chat-backend/testing';
import express from 'express';
import request from 'supertest';
import { openAuthDatabase, type AuthDatabase } from '../db';
import { startMailDelivery } from './start-mail-delivery';

/** Notices carry no code. */
const codeFor = (): string => { throw new Error('nobody asks for a code'); };

describe('mail delivery around its edges', () => {
  let database: TestDatabase;
  let auth: AuthDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    auth = openAuthDatabase({ url: database.urlFor('auth'), poolSize: 2 });
  });
  afterAll(async () => {
    await auth.close();
    await database.drop();
  });

  const config = { mailFrom: 'chat@chat.test', publicUrl: 'https://chat.test', isProduction: false };
  const writeNotice = async (): Promise<string> => {
    const [userId, id] = [newId(), newId()];
    await database.query(`insert into users (id, email, password_hash, pepper_id, updated_at) values ($1, $2, '', '', now())`, [userId, `${userId}@example.com`]);
    await database.query(`insert into mails (id, user_id, kind, address) values ($1, $2, 'addressInUse', $3)`, [id, userId, `${userId}@example.com`]);
    return id;
  };
  const statusBecomes = async (id: string, status: string): Promise<void> => {
    for (let looks = 0; looks < 500; looks++) {
      const [row] = await database.query<{ status: string }>('select status from mails where id = $1', [id]);
      if (row?.status === status) return;
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
    throw new Error(`the mail did not become ${status}`);
  };

  it('keeps mails in the local inbox where there is no SMTP outside production', async () => {
    const delivery = await startMailDelivery({ context: createTestContext(database), config, database: auth, codeFor, linkFor: () => undefined });
    const id = await writeNotice();
    await delivery.enqueue(id);
    await statusBecomes(id, 'sent');
    const app = express();
    if (delivery.router !== undefined) app.use(delivery.router);
    const reply = await request(app).get('/inbox.json');
    expect(reply.body).toEqual([expect.objectContaining({ subject: 'You already have an account' })]);
    expect(await delivery.notReady()).toEqual([]);
    await delivery.close();
  });

  it('lets mails wait in production without SMTP, and says so once', async () => {
    const lines: string[] = [];
    const context = createTestContext(database);
    context.logger = createLogger({ level: 'info', service: 'test', destination: { write: (line) => { lines.push(line); } } });
    const delivery = await startMailDelivery({ context, config: { ...config, isProduction: true }, database: auth, codeFor, linkFor: () => undefined });
    const id = await writeNotice();
    await delivery.enqueue(id);
    await delivery.drain();
    const metrics = await context.metrics.metrics();
    // A notice waits without anybody waiting for it.
    for (const line of ['mails_waiting 1', 'mails_oldest_waiting_seconds 0']) expect(metrics.split('\n')).toContain(line);
    expect(delivery.router).toBeUndefined();
    expect(lines.filter((line) => line.includes('SMTP_URL'))).toHaveLength(1);
    await delivery.close();
    await database.query('delete from mails');
  });

  it('outlives its Redis, which dies while the queue begins: enqueues, says so once, and sends when Redis is back', async () => {
    const folder = mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'redis-'));
    const redis = await startTestRedis({ folder });
    const lines: string[] = [];
    const context = createTestContext(database, { redisUrl: redis.url });
    context.logger = createLogger({ level: 'warn', service: 'test', destination: { write: (line) => { lines.push(line); } } });
    const delivery = await startMailDelivery({ context, config, database: auth, codeFor, linkFor: () => undefined, sweepEveryMs: 100 });
    await redis.kill();
    const id = await writeNotice();
    const begun = Date.now();
    await delivery.enqueue(id);
    expect(Date.now() - begun).toBeLessThan(3_000);
    expect(await delivery.notReady()).toEqual([]);
    const again = await startTestRedis({ folder, port: redis.port });
    await statusBecomes(id, 'sent');
    expect(lines).toHaveLength(1);
    await again.kill();
    while (lines.length === 1) await new Promise((resolve) => { setImmediate(resolve); });
    const stopped = Date.now();
    await delivery.drain();
    await delivery.close();
    expect(Date.now() - stopped).toBeLessThan(3_000);
  });
});
