import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate, migrationsFolder, newId, startEmbeddedPostgres, type EmbeddedPostgres } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { createTestContext, testToken } from '@chat-backend/testing';
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
