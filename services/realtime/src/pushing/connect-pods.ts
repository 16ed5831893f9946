import type { CommittedMessage } from '@chat-backend/contracts';
import type { Logger } from '@chat-backend/service-kit';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis, type Callback, type RedisOptions } from 'ioredis';
import type { ServerOptions } from 'socket.io';
import type { ChatServer } from '../chat-server';

/** The other realtime processes. Redis carries it at most once and holds nothing that matters. */
export interface Pods {
  adapter?: NonNullable<ServerOptions['adapter']>;
  /**
   * Hands a batch to the other processes in one publish.
   * @returns whether Redis has taken it. Where it has not, the outbox, the other processes' next push and the clients' catching up find what they miss
   */
  publish(io: ChatServer, messages: CommittedMessage[]): Promise<boolean>;
  /** After a time in which what others published was not heard, when it is heard again. */
  onReturn(listener: () => void): void;
  close(): void;
}

/** One process alone: everybody is here. */
export const noOtherPods: Pods = { publish: async () => true, onReturn: () => {}, close: () => {} };

/** What may wait for Redis' answers, in characters: a Redis that hangs must not fill the memory. */
const unansweredAtMost = 16_000_000;
const answerWithinMs = 10_000;
/** After that, what was published counts as not taken: it is announced once more, and who heard it drops it. */
const takenWithinMs = 2_000;

const clientOptions = { retryStrategy: (attempt: number) => Math.min(100 * attempt, 2_000), keepAlive: 10_000, disconnectTimeout: 100 } satisfies RedisOptions;

/**
 * A client whose commands never reject unheard: the adapter does not look at what they return, and a rejection that nobody
 * handles would end the process.
 */
class AdapterClient extends Redis {
  override sendCommand(...sent: Parameters<Redis['sendCommand']>): unknown {
    const result = super.sendCommand(...sent);
    // Told by the client's `error` event already.
    if (result instanceof Promise) result.catch(() => undefined);
    return result;
  }
}

class Publisher extends AdapterClient {
  private unanswered = 0;
  /** What became of the newest. The adapter does not hand on what `publish` returns. */
  newest: Promise<boolean> = Promise.resolve(false);

  takesMore(): boolean { return this.status === 'ready' && this.unanswered < unansweredAtMost; }

  override publish(channel: string | Buffer, message: string | Buffer, callback?: Callback<number>): Promise<number> {
    this.unanswered += message.length;
    const answered = (): void => { this.unanswered -= message.length; };
    const published = super.publish(channel, message, ...(callback === undefined ? [] : [callback]));
    published.then(answered, answered);
    this.newest = published.then(() => true, () => false);
    return published;
  }
}

const inTime = async (taken: Promise<boolean>): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => { timer = setTimeout(resolve, takenWithinMs, false); });
  return Promise.race([taken, tooLate]).finally(() => { clearTimeout(timer); });
};

/** Nobody publishes there: subscribing to it is answered after the client has subscribed to everything that it heard before. */
const returnChannel = 'chat-backend:realtime:return';

/** Calls the listener each time when the client hears again what it is subscribed to, having been away. */
const onResubscribed = (subscriber: Redis, listener: () => void): void => {
  let wasAway = false;
  subscriber.on('close', () => { wasAway = true; });
  subscriber.on('ready', () => {
    if (!wasAway) return;
    wasAway = false;
    // What fails here is a connection that is away again.
    subscriber.subscribe(returnChannel).then(listener, () => undefined);
  });
};

export const connectPods = (redisUrl: string, logger: Logger): Pods => {
  // What cannot be published now is not worth publishing later; subscribing waits until Redis is there.
  const publisher = new Publisher(redisUrl, { ...clientOptions, enableOfflineQueue: false, maxRetriesPerRequest: 0, socketTimeout: answerWithinMs });
  const subscriber = new AdapterClient(redisUrl, { ...clientOptions, maxRetriesPerRequest: null });
  for (const client of [publisher, subscriber]) {
    let isAway = false;
    client.on('ready', () => { if (isAway) logger.info('Redis is back'); isAway = false; });
    client.on('error', (error: Error) => {
      if (!isAway) logger.warn({ err: error }, 'Redis is away: messages reach the sockets of this process only, the others catch up');
      isAway = true;
    });
  }
  return {
    adapter: createAdapter(publisher, subscriber),
    async publish(io, messages) {
      if (!publisher.takesMore()) return false;
      io.serverSideEmit('committed', messages);
      return inTime(publisher.newest);
    },
    onReturn(listener) { onResubscribed(subscriber, listener); },
    close() {
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
};
