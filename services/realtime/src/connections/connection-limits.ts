import { connectionLimits } from '@chat-backend/contracts';
import { createRateLimiter, limitedAddress, Refusal } from '@chat-backend/service-kit';
import type { Redis } from 'ioredis';
import type { Adapter } from '../chat-server';
import { userOfRoom, userRoom } from '../rooms/room-names';
import { createSharedCounts, type SharedCounts } from './shared-counts';

/** What one address, and one user, may have of connections. */
export interface ConnectionLimits {
  /** @throws Refusal RATE_LIMITED, TOO_MANY_SOCKETS */
  admitHandshake(address: string): Promise<void>;
  /** Counts a connection of the address. @returns what ends it */
  connected(address: string): () => void;
  /** Asked when the user's socket is in its user's room. @throws Refusal TOO_MANY_SOCKETS */
  admitUser(userId: string): Promise<void>;
  stop(): void;
}

export type ConnectionLimitName = 'handshakes' | 'connectionsOfAddress' | 'socketsOfUser';

export interface ConnectionLimitsOptions {
  /** Multiplies every limit; 0 switches them off. */
  factor: number;
  redis: Redis | undefined;
  /** Its rooms tell which sockets a user has here. */
  adapter: Adapter;
  /** Told of every refusal, with the limit's name. */
  onRefused: (limit: ConnectionLimitName) => void;
}

const nothing = (): void => {};
const unlimited: ConnectionLimits = { admitHandshake: async () => {}, connected: () => nothing, admitUser: async () => {}, stop: nothing };

/** A connection that is closed leaves room: trying again soon is right. */
const retryAfterSeconds = 10;

/** The sockets of users, by their rooms: what Socket.IO lets go of, for whatever reason, leaves them. */
const countUsers = (adapter: Adapter, options: { atMost: number; redis: Redis | undefined }): SharedCounts => {
  const counts = createSharedCounts({ name: 'user', countOf: (userId) => adapter.rooms.get(userRoom(userId))?.size ?? 0, ...options });
  const onChange = (room: string): void => {
    const userId = userOfRoom(room);
    if (userId !== undefined) counts.changed(userId);
  };
  adapter.on('join-room', onChange);
  adapter.on('leave-room', onChange);
  return counts;
};

export const createConnectionLimits = ({ factor, redis, adapter, onRefused }: ConnectionLimitsOptions): ConnectionLimits => {
  if (factor === 0) return unlimited;
  const scaled = (count: number): number => Math.max(1, Math.round(count * factor));
  const { handshakes: { calls, seconds }, atOncePerAddress, atOncePerUser } = connectionLimits;
  const handshakes = createRateLimiter({
    name: 'handshakes', limit: { calls: scaled(calls), seconds }, redis, growing: false, onRefused: () => { onRefused('handshakes'); },
  });
  const here = new Map<string, number>();
  const ofAddress = createSharedCounts({ name: 'address', atMost: scaled(atOncePerAddress), redis, countOf: (address) => here.get(address) ?? 0 });
  const ofUser = countUsers(adapter, { atMost: scaled(atOncePerUser), redis });

  const addTo = (address: string, count: 1 | -1): void => {
    const sum = (here.get(address) ?? 0) + count;
    if (sum === 0) here.delete(address);
    else here.set(address, sum);
    ofAddress.changed(address);
  };
  const refuse = (limit: ConnectionLimitName): never => {
    onRefused(limit);
    throw new Refusal('TOO_MANY_SOCKETS', { retryAfterSeconds });
  };

  return {
    async admitHandshake(address) {
      const counted = limitedAddress(address);
      await handshakes.admit(counted);
      if (!await ofAddress.fits(counted, 1)) refuse('connectionsOfAddress');
    },
    connected(address) {
      const counted = limitedAddress(address);
      addTo(counted, 1);
      return () => { addTo(counted, -1); };
    },
    async admitUser(userId) {
      if (!await ofUser.fits(userId)) refuse('socketsOfUser');
    },
    stop() {
      ofAddress.stop();
      ofUser.stop();
    },
  };
};
