import { EventEmitter } from 'node:events';
import type { DomainEventName } from '@chat-backend/contracts';
import { Redis } from 'ioredis';
import type { DomainEvents } from './domain-events';

const channelPrefix = 'chat-backend:event:';
const publishWithinMs = 2_000;

export interface RedisEventsOptions { url: string; onError: (error: Error) => void }

/** Events of many processes, over Redis publish and subscribe. While Redis is away, publishing rejects at once instead of queueing. */
export const createRedisEvents = ({ url, onError }: RedisEventsOptions): DomainEvents => {
  const emitter = new EventEmitter();
  const publisher = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null });
  publisher.on('error', onError);
  subscriber.on('error', onError);
  const returnListeners: (() => void)[] = [];
  let wasAway = false;
  subscriber.on('close', () => { wasAway = true; });
  subscriber.on('ready', () => {
    const channels = emitter.eventNames().map((name) => channelPrefix + String(name));
    if (!wasAway || channels.length === 0) return;
    wasAway = false;
    // The client subscribes again by itself; to ask once more tells when that is done. What fails here is a connection that is away again.
    subscriber.subscribe(...channels).then(() => { for (const listener of returnListeners) listener(); }, () => undefined);
  });
  subscriber.on('message', (channel: string, text: string) => {
    try {
      emitter.emit(channel.slice(channelPrefix.length), JSON.parse(text));
    } catch (error) {
      onError(error as Error);
    }
  });

  return {
    publish: async (name, payload) => { await publisher.publish(channelPrefix + name, JSON.stringify(payload)); },
    on(name: DomainEventName, listener) {
      if (emitter.listenerCount(name) === 0) subscriber.subscribe(channelPrefix + name).catch(onError);
      emitter.on(name, listener);
    },
    onReturn(listener) { returnListeners.push(listener); },
    isConnected: () => publisher.status === 'ready' && subscriber.status === 'ready',
    async close() {
      publisher.disconnect();
      subscriber.disconnect();
      emitter.removeAllListeners();
    },
  };
};

/**
 * For who announces and hears nothing, and ends soon after: waits for Redis a moment, and `close` for what was announced.
 */
export const createRedisPublisher = ({ url, onError }: RedisEventsOptions): Pick<DomainEvents, 'publish' | 'close'> => {
  const client = new Redis(url, { maxRetriesPerRequest: 1, connectTimeout: publishWithinMs, commandTimeout: publishWithinMs, disconnectTimeout: 100 });
  client.on('error', onError);
  const underWay = new Set<Promise<unknown>>();
  return {
    async publish(name, payload) {
      const published = client.publish(channelPrefix + name, JSON.stringify(payload));
      underWay.add(published);
      try { await published; } finally { underWay.delete(published); }
    },
    async close() {
      await Promise.allSettled(underWay);
      client.disconnect();
    },
  };
};
