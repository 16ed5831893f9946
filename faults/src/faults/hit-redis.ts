import { Redis } from 'ioredis';
import type { Fault, FaultTools } from './fault';

/** @throws Error when Redis does not take it, which it does as soon as it is there */
const tell = async ({ cluster }: FaultTools, ...command: [string, ...string[]]): Promise<void> => {
  const redis = new Redis(cluster.redisUrl, { maxRetriesPerRequest: 50, retryStrategy: () => 100 });
  redis.on('error', () => undefined);
  try { await redis.call(...command); } finally { redis.disconnect(); }
};

const redisPlace = ({ cluster }: FaultTools): string[] => cluster.processes().filter(({ service }) => service === 'redis').map(({ port }) => `redis:${port}`);

export const flushRedis = (tools: FaultTools): Fault => ({
  name: 'flush', target: 'redis', victims: redisPlace(tools), cause: () => tell(tools, 'FLUSHALL'),
});

/** Those who publish notice nothing; those who listen miss what is published until they are back. */
export const cutSubscribers = (tools: FaultTools): Fault => ({
  name: 'subscriber', target: 'redis', victims: redisPlace(tools), cause: () => tell(tools, 'CLIENT', 'KILL', 'TYPE', 'pubsub'),
});
