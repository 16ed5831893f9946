import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsFolder, newId, startEmbeddedPostgres, type EmbeddedPostgres } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, testToken } from '@chat-backend/testing';
import pg from 'pg';
import request from 'supertest';
import { startSocialGraph } from './main';

describe('while Postgres is away', () => {
  const folder = join(mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'away-')), 'postgres');
  let postgres: EmbeddedPostgres;
  let service: Service;
  beforeAll(async () => {
    postgres = await startEmbeddedPostgres({ folder });
    await migrate(postgres.url, migrationsFolder);
    service = await startSocialGraph({ ...createTestContext(undefined), databaseUrl: () => postgres.url });
  });
  afterAll(async () => {
    await service.close();
    await postgres.stop();
  });

  const calls: readonly [verb: string, body: object][] = [['get-all-friends', {}], ['search-users', { query: 'a' }], ['sent-request', { to: newId() }], ['accept-request', { to: newId() }]];
  const call = (verb: string, body: object) => request(service.app).post(`/api/v1/${verb}`).send({ token: testToken(newId()), ...body });

  it('calls of which it gives up a statement, being overloaded, say so as well', async () => {
    const other = new pg.Client({ connectionString: postgres.url });
    await other.connect();
    await other.query('begin');
    await other.query('lock table friendships');
    const calling = call('get-all-friends', {}).then(({ status, headers, body }) => ({ status, retryAfter: headers['retry-after'], code: (body as { code?: string }).code }));
    // As statement_timeout does after 20 s. Not within the transaction, which goes on seeing what it saw at its first look.
    const operator = new pg.Client({ connectionString: postgres.url });
    await operator.connect();
    const giveUp = `select pg_cancel_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`;
    while ((await operator.query(giveUp)).rowCount === 0) await new Promise(setImmediate);
    await operator.end();
    expect(await calling).toEqual({ status: 503, retryAfter: '1', code: 'UNAVAILABLE' });
    await other.end();
  });

  it('calls say that they may succeed later, and then they do', async () => {
    expect((await call('get-all-friends', {})).status).toBe(200);
    await postgres.stop();
    // The first find connections that broke, the later ones none at all.
    for (const [verb, body] of [...calls, ...calls]) {
      const { status, headers, body: reply } = await call(verb, body);
      expect({ verb, status, reply: reply as unknown }).toMatchObject({ verb, status: 503, reply: { success: false, code: 'UNAVAILABLE' } });
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    postgres = await startEmbeddedPostgres({ folder, port: postgres.port });
    expect((await call('get-all-friends', {})).status).toBe(200);
  });
});
