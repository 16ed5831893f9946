import { chatKey, type Chat, type ChatMessage } from '../chats';
import type { Conversation, UserEvent } from '../contract';
import type { ChatClient } from '../create-chat-client';

/** My chats as an app lists them: the one with the newest message first, each with its last message and what is unread. */
export interface ChatList {
  chats(): readonly Conversation[];
  /** Of all chats together. */
  unread(): number;
  /** @returns how to stop listening */
  onChange(handler: () => void): () => void;
  /** Stops following. */
  close(): void;
}

/** What was read may be known before what was written. */
const withPlaces = (chat: Conversation, lastSeq: number, lastReadSeq: number): Conversation => ({ ...chat, lastSeq, lastReadSeq, unread: Math.max(0, lastSeq - lastReadSeq) });

const withMessage = (chat: Conversation, message: ChatMessage, isMine: boolean): Conversation => {
  if (message.seq <= chat.lastSeq) return chat;
  return { ...withPlaces(chat, message.seq, isMine ? message.seq : chat.lastReadSeq), lastMessage: message };
};

/** What was heard while the list was on its way is newer than the list. */
const newerOf = (read: Conversation, here: Conversation | undefined): Conversation => {
  if (here === undefined) return read;
  const { lastSeq, lastMessage } = here.lastSeq > read.lastSeq ? here : read;
  return { ...withPlaces(read, lastSeq, Math.max(here.lastReadSeq, read.lastReadSeq)), lastMessage };
};

const byNewestMessage = (one: Conversation, other: Conversation): number =>
  (other.lastMessage?.createdAt ?? '').localeCompare(one.lastMessage?.createdAt ?? '');

/** Reads my chats, and follows them. @throws ChatError */
export const openChatList = async (client: ChatClient): Promise<ChatList> => {
  const me = await client.signedInAs();
  const [handlers, stops] = [new Set<() => void>(), [] as (() => void)[]];
  let chats = new Map<string, Conversation>();
  let [isReading, isOutdated] = [false, false];

  const changed = (): void => { for (const handler of [...handlers]) handler(); };
  const replace = (of: Chat, change: (chat: Conversation) => Conversation): void => {
    const known = chats.get(chatKey(of));
    if (known === undefined) return;
    chats.set(chatKey(of), change(known));
    changed();
  };

  const read = async (): Promise<void> => {
    const listed = new Map<string, Conversation>();
    for await (const chat of client.each('get-conversations')) listed.set(chatKey(chat), chat);
    chats = new Map([...listed].map(([key, chat]) => [key, newerOf(chat, chats.get(key))]));
    changed();
  };
  /** Once for all who ask while it is on its way, and once more for those. What cannot be read now is read when the connection is back. */
  const readAgain = async (): Promise<void> => {
    isOutdated = true;
    if (isReading) return;
    isReading = true;
    try {
      while (isOutdated) {
        isOutdated = false;
        await read();
      }
    } finally {
      isReading = false;
    }
  };
  const refresh = (): void => { readAgain().catch(() => undefined); };

  const followEvent = (event: UserEvent): void => {
    if (event.kind === 'read') replace(event, (chat) => withPlaces(chat, chat.lastSeq, Math.max(chat.lastReadSeq, event.lastReadSeq)));
    if (event.kind === 'friendship' || event.kind === 'membership') refresh();
  };

  const follow = (): void => {
    stops.push(
      client.on('message', (message) => {
        if (chats.has(chatKey(message))) replace(message, (chat) => withMessage(chat, message, message.from === me));
        else refresh();
      }),
      client.on('messageChanged', (message) => {
        replace(message, (chat) => (chat.lastMessage?.seq === message.seq && chat.lastMessage.revision < message.revision ? { ...chat, lastMessage: message } : chat));
      }),
      client.on('userEvent', followEvent),
      client.on('conversationReset', (reset) => {
        chats.delete(chatKey(reset));
        refresh();
      }),
      client.on('state', (state) => { if (state === 'live') refresh(); }),
    );
  };

  follow();
  const close = (): void => { for (const stop of stops) stop(); };
  try {
    await readAgain();
  } catch (error) {
    close();
    throw error;
  }

  return {
    close,
    chats: () => [...chats.values()].sort(byNewestMessage),
    unread: () => [...chats.values()].reduce((sum, { unread }) => sum + unread, 0),
    onChange(handler) {
      handlers.add(handler);
      return () => { handlers.delete(handler); };
    },
  };
};
