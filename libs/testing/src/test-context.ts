import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName, TokenPurpose } from '@chat-backend/contracts';
import { createInProcessEvents } from '@chat-backend/events';
import type { DataOwner } from '@chat-backend/database';
import {
  createHttpInternalCaller, createLogger, createTokenSigner, createTokenVerifier, deriveKeys, type ProcessContext, type Service,
} from '@chat-backend/service-kit';
import { Registry } from 'prom-client';
import type { TestDatabase } from './test-database';
import { testSecret } from './test-constants';

const keys = deriveKeys(testSecret);
const signer = createTokenSigner(keys.tokens[0]);

/** A token as auth would sign it. `livesSeconds` may be negative: an expired one. */
export const testToken = (userId: string, options: { purpose?: TokenPurpose; livesSeconds?: number; sessionId?: string } = {}): string =>
  signer.sign({ userId, sessionId: options.sessionId ?? randomUUID(), purpose: options.purpose ?? 'access', livesSeconds: options.livesSeconds ?? 900 });

export interface TestContextOptions {
  env?: NodeJS.ProcessEnv;
  localServices?: ReadonlyMap<ServiceName, Service>;
  internal?: ProcessContext['internal'];
  events?: ProcessContext['events'];
  redisUrl?: string;
}

/** What a process would give to a service, around a test's own database. */
export const createTestContext = (database: TestDatabase | undefined, options: TestContextOptions = {}): ProcessContext => ({
  env: { BCRYPT_COST: '4', DATABASE_POOL_SIZE: '4', RATE_LIMIT_FACTOR: '0', ...options.env },
  logger: createLogger({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent', service: 'test' }),
  keys,
  tokens: createTokenVerifier(keys.tokens),
  events: options.events ?? createInProcessEvents(),
  internal: options.internal ?? createHttpInternalCaller({ keys: keys.internal, addresses: {} }),
  metrics: new Registry(),
  ...(options.redisUrl === undefined ? {} : { redisUrl: options.redisUrl }),
  databaseUrl(service) {
    if (!database) throw new Error('this test has no database');
    return database.urlFor(service as DataOwner);
  },
  dataDir: mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'data-')),
  localServices: options.localServices ?? new Map(),
});
