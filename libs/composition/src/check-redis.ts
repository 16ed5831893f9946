import type { Logger } from '@chat-backend/service-kit';
import { Redis } from 'ioredis';

const oldestMajor = 7;
const answerWithinMs = 3_000;

/**
 * Looks at the Redis once. One that is away is no reason not to start: it holds nothing that matters, and clients connect again by themselves.
 * @throws Error when it is too old
 */
export const checkRedis = async (url: string, logger: Logger): Promise<void> => {
  const { host } = new URL(url);
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: answerWithinMs, commandTimeout: answerWithinMs, retryStrategy: () => null, disconnectTimeout: 100, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  let details: string;
  try {
    await redis.connect();
    details = await redis.info('server');
  } catch (error) {
    logger.warn({ err: error }, `the Redis at ${host} does not answer yet`);
    return;
  } finally {
    redis.disconnect();
  }
  const version = /^redis_version:(\S+)/m.exec(details)?.[1] ?? 'unknown';
  if (Number.parseInt(version, 10) < oldestMajor) throw new Error(`The Redis at ${host} is version ${version}; version ${oldestMajor} or newer is needed.`);
};
