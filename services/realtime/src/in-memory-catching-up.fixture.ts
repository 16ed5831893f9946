import {
  limits, type ChangedMessage, type CommittedMessage, type ConversationCursor, type ConversationPage, type InternalCalls, type NewUserEvent, type StoredMessage,
  type SyncReply, type SyncRequest, type UserEvent,
} from '@chat-backend/contracts';

interface InMemoryState {
  conversations: ReadonlyMap<string, readonly CommittedMessage[]>;
  groups: ReadonlyMap<string, { membershipVersion: number; members: ReadonlySet<string> }>;
}

/** What docs/adr/0009 and 0010 promise of catching up, in memory. */
export interface InMemoryCatchingUp {
  /** Edits a message as another process would: nobody here hears of it before it is announced. */
  change(conversationId: string, seq: number, text: string): ChangedMessage;
  /** Adds to the log of a user. */
  log(userId: string, event: NewUserEvent): { userId: string; event: UserEvent };
  sync(userId: string, request: SyncRequest): SyncReply;
  markRead(request: InternalCalls['mark-read']['request']): InternalCalls['mark-read']['reply'];
}

export const friendConversation = (one: string, other: string): string => [one, other].sort().join('+');

export const createInMemoryCatchingUp = ({ conversations, groups }: InMemoryState): InMemoryCatchingUp => {
  const changes = new Map<string, Map<number, ChangedMessage>>();
  const read = new Map<string, number>();
  const logs = new Map<string, UserEvent[]>();

  const changesOf = (conversationId: string): Map<number, ChangedMessage> => {
    const found = changes.get(conversationId) ?? new Map<number, ChangedMessage>();
    changes.set(conversationId, found);
    return found;
  };
  const lastRevisionOf = (conversationId: string): number => Math.max(0, ...[...changesOf(conversationId).values()].map(({ message }) => message.revision));

  const stored = ({ conversationId, message: { chatType: _, ...message } }: CommittedMessage): StoredMessage => {
    const changed = changesOf(conversationId).get(message.seq)?.message;
    return { ...message, updatedAt: changed?.updatedAt ?? message.createdAt, revision: changed?.revision ?? 0, message: changed?.message ?? message.message };
  };

  const page = (userId: string, { chatId, chatType, afterSeq, afterRevision }: ConversationCursor): ConversationPage => {
    const conversationId = chatType === 'group' ? chatId : friendConversation(userId, chatId);
    const all = conversations.get(conversationId) ?? [];
    const gone = chatType === 'group' && groups.get(chatId)?.members.has(userId) !== true;
    const messages = gone ? [] : all.filter(({ message }) => message.seq > afterSeq).slice(0, limits.syncMessages).map(stored);
    const changed = gone ? [] : all.map(stored).filter(({ revision }) => revision > afterRevision).sort((one, other) => one.revision - other.revision);
    const lastRevision = lastRevisionOf(conversationId);
    return {
      chatId, chatType, gone, messages, changed, lastSeq: all.length, lastRevision, lastReadSeq: read.get(userId + conversationId) ?? 0,
      fromSeq: afterSeq, toSeq: messages.at(-1)?.seq ?? afterSeq, fromRevision: afterRevision, toRevision: Math.max(afterRevision, lastRevision),
    };
  };

  return {
    change(conversationId, seq, text) {
      const of = conversations.get(conversationId)?.[seq - 1];
      if (of === undefined) throw new Error(`no message ${seq} in ${conversationId}`);
      const revision = lastRevisionOf(conversationId) + 1;
      const message = { ...stored(of), chatType: of.message.chatType, message: text, revision, updatedAt: new Date().toISOString() };
      const membershipVersion = groups.get(conversationId)?.membershipVersion;
      const changed = { conversationId, ...(membershipVersion === undefined ? {} : { membershipVersion }), message };
      changesOf(conversationId).set(seq, changed);
      return changed;
    },
    log(userId, event) {
      const events = logs.get(userId) ?? [];
      logs.set(userId, events);
      const logged = { ...event, number: events.length + 1, createdAt: new Date().toISOString() };
      events.push(logged);
      return { userId, event: logged };
    },
    sync(userId, { afterNumber, conversations: cursors = [] }) {
      const all = logs.get(userId) ?? [];
      const fromNumber = afterNumber ?? all.length;
      const pages = cursors.map((cursor) => page(userId, cursor));
      return {
        historyId: 'the only one', log: { fromNumber, toNumber: all.length, lastNumber: all.length, events: all.slice(fromNumber) }, conversations: pages,
        isComplete: pages.every(({ gone, toSeq, lastSeq }) => gone || toSeq === lastSeq),
      };
    },
    markRead({ userId, chatId, chatType, seq }) {
      if (chatType === 'group' && groups.get(chatId) === undefined) return { status: 'refused', code: 'GROUP_NOT_FOUND' };
      if (chatType === 'group' && groups.get(chatId)?.members.has(userId) !== true) return { status: 'refused', code: 'NOT_A_MEMBER' };
      const conversationId = chatType === 'group' ? chatId : friendConversation(userId, chatId);
      const lastSeq = conversations.get(conversationId)?.length;
      if (lastSeq === undefined) return { status: 'refused', code: 'CONVERSATION_NOT_FOUND' };
      const lastReadSeq = Math.max(read.get(userId + conversationId) ?? 0, Math.min(seq, lastSeq));
      read.set(userId + conversationId, lastReadSeq);
      return { status: 'marked', lastReadSeq };
    },
  };
};
