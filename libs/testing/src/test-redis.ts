import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisCommand } from './find-redis';
import { freePort } from './free-port';
import { startRedisServer, type RedisServer } from './redis-server';

export interface TestRedisOptions {
  /** Default: a free one. */
  port?: number;
  /** Whether what it holds outlives a kill; start it again with the same `folder` then. Default: false. */
  appendonly?: boolean;
  /** Default: a new one, removed by `stop`. */
  folder?: string;
}

const attempts = 3;

/** A private Redis, whatever `REDIS_URL` says: tests flush it and kill it. `exited` tells when it ended. */
export const startTestRedis = async (options: TestRedisOptions = {}): Promise<RedisServer> => {
  const command = await findRedisCommand();
  const folder = options.folder ?? mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'redis-'));
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? await freePort();
    try {
      const server = await startRedisServer({ ...command, port, folder, appendonly: options.appendonly ?? false });
      return options.folder === undefined ? { ...server, stop: () => server.stop().then(() => rmSync(folder, { recursive: true, force: true })) } : server;
    } catch (error) {
      // A free port may be taken before Redis takes it.
      if (options.port !== undefined || attempt === attempts) throw error;
    }
  }
};
