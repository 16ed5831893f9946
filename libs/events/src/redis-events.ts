import { EventEmitter } from 'node:events';
import type { DomainEventName } from '@chat-backend/contracts';
import { Redis } from 'ioredis';
import type { DomainEvents } from './domain-events';

const channelPrefix = 'chat-backend:event:';

export interface RedisEventsOptions { url: string; onError: (error: Error) => void }

/** Events of many processes, over Redis publish and subscribe. While Redis is away, publishing rejects at once instead of queueing. */
export const createRedisEvents = ({ url, onError }: RedisEventsOptions): DomainEvents => {
  const emitter = new EventEmitter();
  const publisher = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null });
  publisher.on('error', onError);
  subscriber.on('error', onError);
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
    async close() {
      publisher.disconnect();
      subscriber.disconnect();
      emitter.removeAllListeners();
    },
  };
};
