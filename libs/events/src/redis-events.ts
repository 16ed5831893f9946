import { EventEmitter } from 'node:events';
import type { DomainEventName } from '@chat-backend/contracts';
import { Redis } from 'ioredis';
import type { DomainEvents } from './domain-events';

const channelPrefix = 'chat-backend:event:';
const publishWithinMs = 2_000;

const productAnswerWithinMs = 5_000;

export interface RedisEventsOptions { url: string; onError: (error: Error) => void }

export interface HearingOptions extends RedisEventsOptions {
  /** A connection on which Redis does not answer for so long is cut off and made anew; it is asked as often. Default: the product's. */
  answerWithinMs?: number;
}

/**
 * Asks Redis again and again: who only listens would not notice that the other end is gone without a word, and hear nothing for hours.
 * @returns how to stop
 */
const keepAsking = (clients: readonly Redis[], everyMs: number): (() => void) => {
  const asking = setInterval(() => {
    // What fails here is told by the client's `error` event.
    for (const client of clients) if (client.status === 'ready') client.ping().catch(() => undefined);
  }, everyMs).unref();
  return () => { clearInterval(asking); };
};

/** Events of many processes, over Redis publish and subscribe. While Redis is away, publishing rejects at once instead of queueing. */
export const createRedisEvents = ({ url, onError, answerWithinMs = productAnswerWithinMs }: HearingOptions): DomainEvents => {
  const emitter = new EventEmitter();
  const publisher = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, socketTimeout: answerWithinMs, disconnectTimeout: 100 });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null, socketTimeout: answerWithinMs, disconnectTimeout: 100 });
  const stopAsking = keepAsking([publisher, subscriber], answerWithinMs);
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
      stopAsking();
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
