import { randomUUID } from 'node:crypto';
import type { BatchEntry, BatchResult, CommittedMessage, ErrorCode, InternalCallName, InternalCalls } from '@chat-backend/contracts';
import type { InternalCaller } from '@chat-backend/service-kit';
import { createInMemoryCatchingUp, friendConversation, type InMemoryCatchingUp } from './in-memory-catching-up.fixture';

type Call = { [Name in InternalCallName]: { name: Name; request: InternalCalls[Name]['request'] } }[InternalCallName];
interface Group { membershipVersion: number; members: Set<string> }

/**
 * Does what messaging and auth promise, in memory, so that a test can decide when they are slow, refuse, lose an answer or move on unseen.
 * What they really do is tested with them; that all of it fits together, by the contract suite.
 */
export interface InMemoryMessaging extends InternalCaller, Pick<InMemoryCatchingUp, 'change' | 'log'> {
  calls: Call[];
  /** Every call passes it first: it may wait or throw. */
  before: (call: Call) => Promise<void> | void;
  /** Every answer passes it: throwing loses the answer of what was done. */
  after: (call: Call) => Promise<void> | void;
  refuse: (entry: BatchEntry) => ErrorCode | undefined;
  groups: Map<string, Group>;
  revoked: string[];
  /** Those of them that went with their account. */
  deleted: string[];
  /** Outbox entries that nobody named as pushed. */
  outbox: Set<string>;
  /** Conversation → its lowest number that some other process has not pushed yet. */
  onTheirWay: Map<string, number>;
  makeGroup(...members: string[]): string;
  join(groupId: string, userId: string): void;
  leave(groupId: string, userId: string): void;
  /** Stores as another process would: nobody here hears of it. */
  store(entry: Omit<BatchEntry, 'clientMessageId' | 'messageType' | 'message'> & Partial<BatchEntry>): CommittedMessage;
  bodies(): string[];
  callsOf(name: InternalCallName): Call[];
}

export const createInMemoryMessaging = (): InMemoryMessaging => {
  const conversations = new Map<string, CommittedMessage[]>();
  const outbox = new Set<string>();
  const groups = new Map<string, Group>();
  const { change, log, sync, markRead } = createInMemoryCatchingUp({ conversations, groups });
  let entries = 0;

  const storeOne = (entry: BatchEntry): BatchResult => {
    const { chatType, senderId: from, to, clientMessageId, messageType, message } = entry;
    const conversationId = chatType === 'group' ? to : friendConversation(from, to);
    const group = chatType === 'group' ? groups.get(to) : undefined;
    if (chatType === 'group' && group?.members.has(from) !== true) return { status: 'refused', code: 'NOT_A_MEMBER' };
    const messages = conversations.get(conversationId) ?? [];
    conversations.set(conversationId, messages);
    const first = messages.find((stored) => stored.message.from === from && stored.message.clientMessageId === clientMessageId)?.message;
    if (first !== undefined) return { status: 'duplicate', id: first.id, seq: first.seq, createdAt: first.createdAt };
    const committed: CommittedMessage = {
      conversationId, ...(group === undefined ? {} : { membershipVersion: group.membershipVersion }),
      message: { to, from, id: randomUUID(), seq: messages.length + 1, clientMessageId, chatType, messageType, message, createdAt: new Date().toISOString() },
    };
    messages.push(committed);
    return { status: 'stored', committed };
  };

  const answers: { [Name in InternalCallName]: (request: InternalCalls[Name]['request']) => InternalCalls[Name]['reply'] } = {
    'send-batch': (request) => {
      for (const id of request.pushed) outbox.delete(id);
      const results = request.entries.map((entry): BatchResult => {
        const code = messaging.refuse(entry);
        return code === undefined ? storeOne(entry) : { status: 'refused', code };
      });
      if (!results.some(({ status }) => status === 'stored')) return { outboxId: null, results };
      const outboxId = String(entries += 1);
      outbox.add(outboxId);
      return { outboxId, results };
    },
    'groups-of-users': ({ userIds }) => ({
      groups: userIds.map((userId) => [...groups].filter(([, { members }]) => members.has(userId)).map(([groupId, { membershipVersion }]) =>
        ({ groupId, membershipVersion, lastSeq: conversations.get(groupId)?.length ?? 0 }))),
    }),
    'members-among': ({ groupId, userIds, allUpTo = 0 }) => {
      const { membershipVersion, members } = groups.get(groupId) ?? { membershipVersion: 0, members: new Set() };
      if (members.size <= allUpTo) return { membershipVersion, memberIds: [...members], areAll: true };
      return { membershipVersion, memberIds: userIds.filter((userId) => members.has(userId)) };
    },
    'messages-between': ({ conversationId, afterSeq, beforeSeq }) =>
      ({ messages: (conversations.get(conversationId) ?? []).filter(({ message }) => message.seq > afterSeq && message.seq < beforeSeq).slice(0, 500) }),
    'lowest-unpushed': ({ conversationIds }) => ({ seqs: conversationIds.map((conversationId) => messaging.onTheirWay.get(conversationId) ?? null) }),
    'sync-users': ({ requests }) => ({ replies: requests.map(({ userId, request }) => sync(userId, request)) }),
    'mark-read': markRead,
    'revoked-since': () => ({ cursor: 1, sessionIds: [...messaging.revoked, ...messaging.deleted], ofDeletedAccounts: [...messaging.deleted] }),
    'record-audit': ({ entries }) => ({ recorded: entries.length }),
  };

  const messaging: InMemoryMessaging = {
    calls: [], before: () => {}, after: () => {}, refuse: () => undefined, change, log, groups, revoked: [], deleted: [], outbox, onTheirWay: new Map(),
    async call(name, request) {
      const call = { name, request: structuredClone(request) } as Call;
      messaging.calls.push(call);
      await messaging.before(call);
      const reply = answers[name](request as never) as InternalCalls[typeof name]['reply'];
      await messaging.after(call);
      return structuredClone(reply);
    },
    close: async () => {},
    makeGroup(...members) {
      const groupId = randomUUID();
      groups.set(groupId, { membershipVersion: 1, members: new Set(members) });
      return groupId;
    },
    join(groupId, userId) {
      const group = groups.get(groupId);
      group?.members.add(userId);
      if (group) group.membershipVersion += 1;
    },
    leave(groupId, userId) {
      const group = groups.get(groupId);
      group?.members.delete(userId);
      if (group) group.membershipVersion += 1;
    },
    store(entry) {
      const result = storeOne({ clientMessageId: randomUUID(), messageType: 'TEXT', message: 'from elsewhere', ...entry });
      if (result.status !== 'stored') throw new Error(`not stored: ${result.status}`);
      return result.committed;
    },
    bodies: () => [...conversations.values()].flat().map(({ message }) => message.message),
    callsOf: (name) => messaging.calls.filter((call) => call.name === name),
  };
  return messaging;
};

/** A gate that holds whoever passes until it is opened. */
export const createGate = (): { pass: () => Promise<void>; open: () => void } => {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => { open = resolve; });
  return { pass: () => opened, open };
};
