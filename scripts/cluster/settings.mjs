import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { root } from '../start/root.mjs';

const { keepSecretKey } = createRequire(import.meta.url)('@chat-backend/composition');

/** What the cluster chooses where neither the environment nor .env says otherwise: contract mode on loopback, as npm start. */
const defaults = { EXPOSE_OTP: 'true', HOST: '127.0.0.1', PORT: '2001', DATA_DIR: '.data', DRAIN_SECONDS: '1.5' };

/** The environment of every service, and where the cluster keeps its data. */
export const readSettings = (port) => {
  const file = join(root, '.env');
  const env = { ...(existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}), ...process.env };
  for (const [name, value] of Object.entries(defaults)) env[name] ||= value;
  if (port !== undefined) env.PORT = port;
  env.DATA_DIR = resolve(root, env.DATA_DIR);
  env.SECRET_KEY ||= keepSecretKey(env.DATA_DIR);
  env.METRICS_PORT = '0';
  return { env, dataDir: env.DATA_DIR, host: env.HOST, port: Number(env.PORT), databaseUrl: env.DATABASE_URL || env.DB_URL || undefined, redisUrl: env.REDIS_URL || undefined };
};
