import type { Chat, ChatClient, ChatMessage, ReplyTo } from '@chat-backend/client';
import { keyOf } from '../chats/chat-key';
import type { Readable } from '../store/create-store';
import { keepRead, type Loadable } from '../store/keep-read';
import { readAll } from '../store/read-all';

type Listed = ReplyTo<'get-conversations'>['data'][number];
export type LastMessage = NonNullable<Listed['lastMessage']>;

export interface Conversation extends Chat {
  /** As the list told them; null while it is not known, or of somebody who has none. */
  name: string | null;
  image: string | null;
  lastSeq: number;
  lastReadSeq: number;
  lastMessage: LastMessage | null;
  /** Whom it is with has deleted the account. */
  isDeleted: boolean;
  /** Where it stands in the list while it has no message. */
  begunAt: string;
}

interface ByKey { byKey: ReadonlyMap<string, Conversation> }
export type Conversations = Loadable<ByKey>;

/** My chats that have begun and my groups, with what was said last and what I have not read. */
export interface KeptConversations extends Readable<Conversations> {
  load(): Promise<void>;
  /** I have seen it, here. @returns whether that is news */
  readUpTo(chat: Chat, seq: number): boolean;
}

export const unreadOf = ({ lastSeq, lastReadSeq }: Conversation): number => Math.max(0, lastSeq - lastReadSeq);
const timeOf = ({ lastMessage, begunAt }: Conversation): string => lastMessage?.createdAt ?? begunAt;
/** The one with the newest message first. */
export const inOrder = (conversations: Conversations): Conversation[] =>
  [...conversations.byKey.values()].sort((one, other) => (timeOf(one) < timeOf(other) ? 1 : timeOf(one) > timeOf(other) ? -1 : keyOf(one) < keyOf(other) ? -1 : 1));

const asConversation = ({ chatId, chatType, user_name, profile_image, lastSeq, lastReadSeq, lastMessage, isDeleted }: Listed, begunAt: string): Conversation =>
  ({ chatId, chatType, name: user_name, image: profile_image, lastSeq, lastReadSeq, lastMessage, isDeleted: isDeleted === true, begunAt });

/** What a list says of a chat, and what was heard meanwhile: nothing goes back. */
const newer = (listed: Conversation, known: Conversation | undefined): Conversation => {
  if (known === undefined) return listed;
  const lastReadSeq = Math.max(listed.lastReadSeq, known.lastReadSeq);
  const isNewer = known.lastSeq > listed.lastSeq || (known.lastSeq === listed.lastSeq && (known.lastMessage?.revision ?? 0) > (listed.lastMessage?.revision ?? 0));
  return isNewer ? { ...listed, lastReadSeq, lastSeq: known.lastSeq, lastMessage: known.lastMessage } : { ...listed, lastReadSeq };
};

const withMessage = (conversation: Conversation, { chatId: _, chatType: __, ...message }: ChatMessage, me: string): Conversation =>
  message.seq <= conversation.lastSeq ? conversation : {
    ...conversation, lastSeq: message.seq, lastMessage: message,
    // Who writes has read what is above.
    lastReadSeq: message.from === me ? Math.max(conversation.lastReadSeq, message.seq) : conversation.lastReadSeq,
  };

/** The list, beside what is known: what has just begun is not in it. */
const takeListed = ({ byKey }: ByKey, listed: readonly Listed[]): ByKey => {
  const read = listed.map((one) => {
    const known = byKey.get(keyOf(one));
    return [keyOf(one), newer(asConversation(one, known?.begunAt ?? ''), known)] as const;
  });
  return { byKey: new Map([...byKey, ...read]) };
};

export const keepConversations = ({ call, on, cursors }: Pick<ChatClient, 'call' | 'on' | 'cursors'>, me: string): KeptConversations => {
  const kept = keepRead<ByKey, Listed[]>({ on }, { first: { byKey: new Map() }, ask: () => readAll((paging) => call('get-conversations', paging)), take: takeListed });
  const known = (chat: Chat): Conversation | undefined => kept.get().byKey.get(keyOf(chat));

  /** What becomes of one chat; undefined: it is gone, or not there. */
  const become = (chat: Chat, by: (known: Conversation | undefined) => Conversation | undefined): void => {
    kept.change((before) => {
      const byKey = new Map(before.byKey);
      const next = by(byKey.get(keyOf(chat)));
      if (next === before.byKey.get(keyOf(chat))) return before;
      if (next === undefined) byKey.delete(keyOf(chat));
      else byKey.set(keyOf(chat), next);
      return { byKey };
    });
  };
  const drop = (chat: Chat): void => { become(chat, () => undefined); };

  /** A chat that begins before our eyes: how it is called, and what is above, the list says. */
  const begin = (chat: Chat, name: string | null = null, image: string | null = null): Conversation => {
    if (known(chat) === undefined) void kept.load();
    return { ...chat, name, image, lastSeq: 0, lastReadSeq: 0, lastMessage: null, isDeleted: false, begunAt: new Date().toISOString() };
  };

  on('message', (message) => {
    const chat: Chat = { chatId: message.chatId, chatType: message.chatType };
    const begun = begin(chat);
    become(chat, (before = begun) => withMessage(before, message, me));
  });
  on('messageChanged', ({ chatId, chatType, ...message }) => {
    become({ chatId, chatType }, (before) => (before?.lastMessage?.seq === message.seq && before.lastMessage.revision <= message.revision ? { ...before, lastMessage: message } : before));
  });
  on('userEvent', (event) => {
    if (event.kind === 'read') become(event, (before) => before && { ...before, lastReadSeq: Math.max(before.lastReadSeq, event.lastReadSeq) });
    // Nobody any more, or somebody without a name: the list knows.
    if (event.kind === 'friendship' && event.state === 'none' && event.user.user_name === null && known({ chatId: event.user.id, chatType: 'friend' })) void kept.load();
    if (event.kind === 'membership') {
      const chat = { chatId: event.group.id, chatType: 'group' } as const;
      if (event.state === 'none') return drop(chat);
      const begun = begin(chat, event.group.groupName, event.group.profileImage);
      become(chat, (before = begun) => before);
    }
  });
  on('conversationGone', drop);
  on('conversationReset', (chat) => {
    drop(chat);
    void kept.load();
  });
  /** What was written between the list and the library's first cursor is handed out to nobody. */
  const isOutdated = (): boolean => cursors().some((cursor) => cursor.seq > (known(cursor)?.lastSeq ?? 0));
  on('state', (state) => { if (state === 'live' && kept.get().loading.status === 'ready' && isOutdated()) void kept.load(); });

  return {
    get: kept.get, subscribe: kept.subscribe, load: kept.load,
    readUpTo(chat, seq) {
      const isNews = seq > (known(chat)?.lastReadSeq ?? seq);
      if (isNews) become(chat, (before) => before && { ...before, lastReadSeq: Math.max(before.lastReadSeq, seq) });
      return isNews;
    },
  };
};
