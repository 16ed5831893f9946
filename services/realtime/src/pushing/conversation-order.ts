import { LRUCache } from 'lru-cache';
import type { Adapter } from '../chat-server';

/**
 * What this process has emitted, so that a conversation leaves it in rising `seq`. Where it stands is known only while somebody here is in
 * one of the conversation's rooms: who comes later reads history, and must not be pushed what is in it.
 */
export interface ConversationOrder {
  /** The number of the last message that was emitted, or that was stored before the first listener came; undefined: none is known. */
  last(conversationId: string): number | undefined;
  /**
   * Whether it was emitted here, or stored before its first listener came, also if nobody has listened since: who left a group and is back with the same socket
   * has had it, everybody else came later and reads it. So nobody hears it twice, however late it is told again.
   */
  isBehind(conversationId: string, seq: number): boolean;
  /** The conversations of which a number is known. */
  known(): string[];
  advance(conversationId: string, seq: number, rooms: readonly string[]): void;
  /** Of a conversation so much counts as emitted, as nobody here is waiting for it. What others here are still waiting for stays as it is. */
  seed(conversationId: string, lastSeq: number, rooms: readonly string[]): void;
}

interface Known { last: number; rooms: readonly string[] }

const rememberedConversations = 20_000;

export const createConversationOrder = (adapter: Adapter): ConversationOrder => {
  const conversations = new Map<string, Known>();
  const byRoom = new Map<string, Set<string>>();
  /** Where a conversation stood when its last listener went. */
  const left = new LRUCache<string, number>({ max: rememberedConversations });

  const unlink = (room: string, conversationId: string): void => {
    const linked = byRoom.get(room);
    linked?.delete(conversationId);
    if (linked?.size === 0) byRoom.delete(room);
  };

  const forget = (conversationId: string, { last, rooms }: Known): void => {
    conversations.delete(conversationId);
    left.set(conversationId, last);
    for (const room of rooms) unlink(room, conversationId);
  };

  const start = (conversationId: string, seq: number, rooms: readonly string[]): void => {
    conversations.set(conversationId, { last: Math.max(seq, left.get(conversationId) ?? 0), rooms });
    for (const room of rooms) {
      const linked = byRoom.get(room);
      if (linked === undefined) byRoom.set(room, new Set([conversationId]));
      else linked.add(conversationId);
    }
  };

  adapter.on('delete-room', (deleted: string) => {
    for (const conversationId of [...byRoom.get(deleted) ?? []]) {
      const known = conversations.get(conversationId);
      if (known !== undefined && !known.rooms.some((room) => room !== deleted && adapter.rooms.has(room))) forget(conversationId, known);
    }
  });

  return {
    last: (conversationId) => conversations.get(conversationId)?.last,
    isBehind: (conversationId, seq) => seq <= (conversations.get(conversationId)?.last ?? left.get(conversationId) ?? 0),
    known: () => [...conversations.keys()],
    advance(conversationId, seq, rooms) {
      const known = conversations.get(conversationId);
      if (known === undefined) start(conversationId, seq, rooms);
      else known.last = Math.max(known.last, seq);
    },
    seed(conversationId, lastSeq, rooms) {
      if (!conversations.has(conversationId)) start(conversationId, lastSeq, rooms);
    },
  };
};
