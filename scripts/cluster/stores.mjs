import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { migrate, migrationsFolder, setUpServiceRoles, startEmbeddedPostgres } = require('@chat-backend/database');
const { findRedis, freePort, startRedisServer } = require('@chat-backend/testing');

/** Real Postgres, kept running: the one that the settings name, or one of our own. `urlOf` says where each service finds it, under its own role where the database is ours. */
export const startDatabase = async ({ settings, keep }) => {
  if (settings.databaseUrl !== undefined) {
    await migrate(settings.databaseUrl, migrationsFolder);
    return { urlOf: () => settings.databaseUrl };
  }
  const folder = join(settings.dataDir, 'postgres');
  const port = await freePort(settings.port);
  const kept = await keep('postgres', () => startEmbeddedPostgres({ folder, port, settings: ['max_connections=400'] }));
  await migrate(kept.current.url, migrationsFolder);
  const urls = await setUpServiceRoles(kept.current.url, settings.env.SECRET_KEY);
  return { urlOf: (service) => urls[service], kept };
};

/** Real Redis, kept running with what it holds: the one that the settings name, or one of our own. */
export const startRedis = async ({ settings, keep }) => {
  if (settings.redisUrl !== undefined) return { url: settings.redisUrl };
  const found = await findRedis();
  const port = await freePort(settings.port);
  const kept = await keep('redis', () => startRedisServer({ ...found, port, folder: join(settings.dataDir, 'redis'), appendonly: true, detached: true }));
  return { url: kept.current.url, kept };
};
