import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { startEmbeddedPostgres } = require('@chat-backend/database');
const { findRedisCommand, freePort, startRedisServer } = require('@chat-backend/testing');

/** The same for every peer: the product's own binaries and, beyond what the product sets, only room for connections. Durable, and said so. */
export const postgresSettings = ['max_connections=400', 'fsync=on', 'synchronous_commit=on', 'full_page_writes=on'];

export const startPostgres = (folder) => startEmbeddedPostgres({ folder: join(folder, 'postgres'), settings: postgresSettings });
/** As `npm run cluster` starts it. */
export const startRedis = async (folder) => startRedisServer({ ...await findRedisCommand(), port: await freePort(), folder: join(folder, 'redis'), appendonly: true, detached: true });
export { freePort };
