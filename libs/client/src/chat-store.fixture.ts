import { randomUUID } from 'node:crypto';
import type { ChatType, Conversation, ConversationCursor, ConversationPage, NewUserEvent, Person, SendMessage, StoredMessage, SyncReply, SyncRequest, UserEvent } from '@chat-backend/contracts';

interface StoredConversation { messages: StoredMessage[]; revision: number }
interface Log { number: number; entries: Map<string, UserEvent> }

const person = (id: string): Person => ({ id, user_name: null, about: null, profile_image: null });
const pageOf = <Item>(items: readonly Item[], { limit = 50, cursor = '0' }: { limit?: number; cursor?: string }): { data: Item[]; nextCursor?: string } => {
  const end = Number(cursor) + limit;
  return { data: items.slice(Number(cursor), end), ...(end < items.length ? { nextCursor: String(end) } : {}) };
};

/** What the product keeps in Postgres, by the same rules, in memory. */
export const createStore = () => {
  const conversations = new Map<string, StoredConversation>();
  const friends = new Map<string, Set<string>>();
  const groups = new Map<string, Map<string, number>>();
  const logs = new Map<string, Log>();
  const reads = new Map<string, number>();
  /** Of one sync, over all conversations; and entries of the log. */
  const pageSizes = { messages: 500, entries: 200 };

  const keyOf = (me: string, chatId: string, chatType: ChatType): string => (chatType === 'group' ? chatId : [me, chatId].sort().join());
  const conversationOf = (me: string, chatId: string, chatType: ChatType): StoredConversation => {
    const key = keyOf(me, chatId, chatType);
    const known = conversations.get(key) ?? { messages: [], revision: 0 };
    conversations.set(key, known);
    return known;
  };
  const logOf = (userId: string): Log => {
    const log = logs.get(userId) ?? { number: 0, entries: new Map() };
    logs.set(userId, log);
    return log;
  };
  const append = (userId: string, subject: string, event: NewUserEvent): void => {
    const log = logOf(userId);
    log.number += 1;
    const logged = { ...event, number: log.number, createdAt: new Date().toISOString() };
    log.entries.delete(subject);
    log.entries.set(subject, logged);
    store.onLogged(userId, logged);
  };
  const groupEvent = (groupId: string, state: 'none' | 'member' | 'owner'): NewUserEvent =>
    ({ kind: 'membership', state, group: { id: groupId, groupName: 'group', about: null, profileImage: null } });
  const isMember = (userId: string, groupId: string): boolean => groups.get(groupId)?.has(userId) ?? false;

  const conversationPage = (me: string, { chatId, chatType, afterSeq, afterRevision }: ConversationCursor, room: { left: number }): ConversationPage => {
    const nothing = { chatId, chatType, gone: true, fromSeq: 0, toSeq: 0, lastSeq: 0, fromRevision: 0, toRevision: 0, lastRevision: 0, lastReadSeq: 0, messages: [], changed: [] };
    if (chatType === 'group' && !isMember(me, chatId)) return nothing;
    const { messages: all, revision: lastRevision } = conversationOf(me, chatId, chatType);
    const messages = all.slice(afterSeq, afterSeq + room.left);
    room.left -= messages.length;
    const changes = all.filter(({ revision }) => revision > afterRevision).sort((one, other) => one.revision - other.revision);
    const changed = changes.slice(0, room.left);
    room.left -= changed.length;
    return {
      ...nothing, gone: false, lastSeq: all.length, lastRevision, fromSeq: afterSeq, fromRevision: afterRevision,
      toSeq: afterSeq > all.length ? all.length : afterSeq + messages.length,
      toRevision: changed.length === changes.length ? lastRevision : changed.at(-1)?.revision ?? afterRevision,
      messages: structuredClone(messages), changed: structuredClone(changed),
    };
  };

  const store = {
    historyId: 'first',
    pageSizes,
    onLogged: (_userId: string, _event: UserEvent): void => undefined,
    befriend(one: string, other: string): void {
      for (const [me, friend] of [[one, other], [other, one]] as const) {
        friends.set(me, new Set([...friends.get(me) ?? [], friend]));
        append(me, `friendship:${friend}`, { kind: 'friendship', state: 'friends', user: person(friend) });
      }
    },
    newGroup(members: readonly string[]): string {
      const id = randomUUID();
      groups.set(id, new Map(members.map((member) => [member, 0])));
      for (const member of members) append(member, `membership:${id}`, groupEvent(id, 'member'));
      return id;
    },
    join(userId: string, groupId: string): void {
      groups.get(groupId)?.set(userId, conversationOf('', groupId, 'group').messages.length);
      append(userId, `membership:${groupId}`, groupEvent(groupId, 'member'));
    },
    /** Without an event, too: it may be lost. */
    leave(userId: string, groupId: string): void {
      groups.get(groupId)?.delete(userId);
      append(userId, `membership:${groupId}`, groupEvent(groupId, 'none'));
    },
    mayWrite: (me: string, { to, chatType }: Pick<SendMessage, 'to' | 'chatType'>): boolean => (chatType === 'group' ? isMember(me, to) : friends.get(me)?.has(to) ?? false),
    audience: (from: string, to: string, chatType: ChatType): string[] => (chatType === 'group' ? [...groups.get(to)?.keys() ?? []] : [from, to]),
    messages: (me: string, chatId: string, chatType: ChatType): StoredMessage[] => conversationOf(me, chatId, chatType).messages,
    add(from: string, { to, chatType, message, messageType, clientMessageId = randomUUID() }: SendMessage): { stored: StoredMessage; isNew: boolean } {
      const { messages } = conversationOf(from, to, chatType);
      const before = messages.find((one) => one.from === from && one.clientMessageId === clientMessageId);
      if (before !== undefined) return { stored: before, isNew: false };
      const now = new Date().toISOString();
      const stored: StoredMessage = { id: randomUUID(), seq: messages.length + 1, clientMessageId, from, to, message, messageType, createdAt: now, updatedAt: now, revision: 0 };
      messages.push(stored);
      return { stored, isNew: true };
    },
    edit(from: string, to: string, chatType: ChatType, seq: number, message: string): StoredMessage {
      const conversation = conversationOf(from, to, chatType);
      const stored = conversation.messages[seq - 1];
      if (stored === undefined) throw new Error(`there is no message ${seq}`);
      conversation.revision += 1;
      Object.assign(stored, { message, revision: conversation.revision });
      return { ...stored };
    },
    markRead(me: string, { chatId, chatType, seq }: { chatId: string; chatType: ChatType; seq: number }): { lastReadSeq: number } {
      const lastReadSeq = Math.min(Math.max(seq, reads.get(`${me}:${chatId}`) ?? 0), conversationOf(me, chatId, chatType).messages.length);
      reads.set(`${me}:${chatId}`, lastReadSeq);
      append(me, `read:${chatId}`, { kind: 'read', chatId, chatType, lastReadSeq });
      return { lastReadSeq };
    },
    /** As after a restore from a backup: what came later never was. */
    goBackTo(me: string, chatId: string, chatType: ChatType, seq: number): void { conversationOf(me, chatId, chatType).messages.splice(seq); },
    logGoesBack(userId: string): void { logs.delete(userId); },
    friendsPage: (me: string, paging: { limit?: number; cursor?: string }) => pageOf([...friends.get(me) ?? []].map(person), paging),
    conversationsPage(me: string, paging: { limit?: number; cursor?: string }) {
      const groupsOfMine = [...groups].filter(([, members]) => members.has(me)).map(([chatId]) => ({ chatId, chatType: 'group' as const }));
      const begun = [...friends.get(me) ?? []].filter((friend) => conversations.get(keyOf(me, friend, 'friend'))?.messages.length).map((chatId) => ({ chatId, chatType: 'friend' as const }));
      return pageOf([...groupsOfMine, ...begun].map(({ chatId, chatType }): Conversation => {
        const { messages, revision } = conversationOf(me, chatId, chatType);
        const lastReadSeq = Math.max(groups.get(chatId)?.get(me) ?? 0, reads.get(`${me}:${chatId}`) ?? 0);
        return { chatId, chatType, user_name: null, profile_image: null, lastSeq: messages.length, lastRevision: revision, lastReadSeq, unread: messages.length - lastReadSeq, lastMessage: messages.at(-1) ?? null };
      }), paging);
    },
    history(me: string, { chatId, chatType, beforeSeq = Infinity, limit = 50 }: { chatId: string; chatType: ChatType; beforeSeq?: number; limit?: number }): StoredMessage[] {
      return conversationOf(me, chatId, chatType).messages.filter(({ seq }) => seq < beforeSeq).slice(-limit);
    },
    sync(me: string, { afterNumber, conversations: asked = [] }: SyncRequest): SyncReply {
      const { number: lastNumber, entries } = logOf(me);
      const missed = afterNumber === undefined ? [] : [...entries.values()].filter(({ number }) => number > afterNumber);
      const events = missed.slice(0, pageSizes.entries);
      const fromNumber = afterNumber ?? lastNumber;
      const toNumber = events.length === missed.length ? lastNumber : events.at(-1)?.number ?? fromNumber;
      const room = { left: pageSizes.messages };
      const pages = asked.map((cursor) => conversationPage(me, cursor, room));
      const isComplete = toNumber === lastNumber && pages.every((page) => page.gone || (page.toSeq === page.lastSeq && page.toRevision === page.lastRevision));
      return { historyId: store.historyId, log: { fromNumber, toNumber, lastNumber, events }, conversations: pages, isComplete };
    },
  };
  return store;
};

export type Store = ReturnType<typeof createStore>;
