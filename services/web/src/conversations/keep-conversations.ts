import type { Chat, ChatClient, ChatMessage, ReplyTo } from '@chat-backend/client';
import { keyOf } from '../chats/chat-key';
import { createStore, type Loading, type Readable } from '../store/create-store';
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
  /** Where it stands in the list while it has no message. */
  begunAt: string;
}

export interface Conversations { loading: Loading; byKey: ReadonlyMap<string, Conversation> }

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

const asConversation = ({ chatId, chatType, user_name, profile_image, lastSeq, lastReadSeq, lastMessage }: Listed, begunAt: string): Conversation =>
  ({ chatId, chatType, name: user_name, image: profile_image, lastSeq, lastReadSeq, lastMessage, begunAt });

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

export const keepConversations = ({ call, on, cursors }: Pick<ChatClient, 'call' | 'on' | 'cursors'>, me: string): KeptConversations => {
  const store = createStore<Conversations>({ loading: { status: 'loading' }, byKey: new Map() });
  /** Chats that ended while a list was read: it may still name them. */
  let goneSinceLoad = new Set<string>();
  let reading: Promise<void> | undefined;
  let isAskedAgain = false;

  const put = (conversation: Conversation): void => {
    store.change((before) => (before.byKey.get(keyOf(conversation)) === conversation
      ? before
      : { ...before, byKey: new Map(before.byKey).set(keyOf(conversation), conversation) }));
  };
  const drop = (chat: Chat): void => {
    goneSinceLoad.add(keyOf(chat));
    store.change((before) => ({ ...before, byKey: new Map([...before.byKey].filter(([key]) => key !== keyOf(chat))) }));
  };

  const read = async (): Promise<void> => {
    goneSinceLoad = new Set();
    try {
      const listed = await readAll((paging) => call('get-conversations', paging));
      store.change(({ byKey }) => {
        const conversations = listed.map((one) => newer(asConversation(one, byKey.get(keyOf(one))?.begunAt ?? ''), byKey.get(keyOf(one))));
        const read = conversations.filter((one) => !goneSinceLoad.has(keyOf(one))).map((one) => [keyOf(one), one] as const);
        // What began while the list was read is not in it.
        return { loading: { status: 'ready' }, byKey: new Map([...byKey, ...read]) };
      });
    } catch (error) {
      store.change((before) => (before.loading.status === 'ready' ? before : { ...before, loading: { status: 'failed', error } }));
    }
  };

  /** One reading at a time; what is asked for while one is under way is asked for once more after it. */
  const load = async (): Promise<void> => {
    if (reading !== undefined) {
      isAskedAgain = true;
      return reading;
    }
    store.change((before) => (before.loading.status === 'failed' ? { ...before, loading: { status: 'loading' } } : before));
    do {
      isAskedAgain = false;
      reading = read();
      await reading;
    } while (isAskedAgain);
    reading = undefined;
  };

  /** A chat that begins before our eyes: how it is called, and what is above, the list says. */
  const begin = (chat: Chat, name: string | null = null, image: string | null = null): Conversation => {
    void load();
    return { ...chat, name, image, lastSeq: 0, lastReadSeq: 0, lastMessage: null, begunAt: new Date().toISOString() };
  };
  const known = (chat: Chat): Conversation | undefined => store.get().byKey.get(keyOf(chat));

  on('message', (message) => { put(withMessage(known(message) ?? begin({ chatId: message.chatId, chatType: message.chatType }), message, me)); });
  on('messageChanged', ({ chatId, chatType, ...message }) => {
    const conversation = known({ chatId, chatType });
    if (conversation?.lastMessage?.seq === message.seq && conversation.lastMessage.revision <= message.revision) put({ ...conversation, lastMessage: message });
  });
  on('userEvent', (event) => {
    if (event.kind === 'read') {
      const conversation = known(event);
      if (conversation !== undefined) put({ ...conversation, lastReadSeq: Math.max(conversation.lastReadSeq, event.lastReadSeq) });
    }
    if (event.kind === 'membership') {
      const chat = { chatId: event.group.id, chatType: 'group' } as const;
      if (event.state === 'none') drop(chat);
      else put(known(chat) ?? begin(chat, event.group.groupName, event.group.profileImage));
    }
  });
  on('conversationGone', drop);
  on('conversationReset', (chat) => {
    drop(chat);
    void load();
  });
  /** What was written between the list and the library's first cursor is handed out to nobody. */
  const isOutdated = (): boolean => store.get().loading.status === 'failed' || cursors().some((cursor) => cursor.seq > (known(cursor)?.lastSeq ?? 0));
  on('state', (state) => { if (state === 'live' && isOutdated()) void load(); });

  return {
    get: store.get, subscribe: store.subscribe, load,
    readUpTo(chat, seq) {
      const conversation = known(chat);
      if (conversation === undefined || seq <= conversation.lastReadSeq) return false;
      put({ ...conversation, lastReadSeq: seq });
      return true;
    },
  };
};
