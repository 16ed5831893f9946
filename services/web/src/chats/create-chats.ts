import type { Chat, ChatClient } from '@chat-backend/client';
import { keepConversations, type KeptConversations } from '../conversations/keep-conversations';
import { forgetWritten, keepDrafts, type Drafts } from '../conversations/keep-drafts';
import { createMarkRead, type MarkRead } from '../conversations/mark-read';
import { keepGroups, type KeptGroups } from '../groups/keep-groups';
import { keepPending, type KeptPending } from '../messages/keep-pending';
import { openChat, type OpenChat } from '../messages/open-chat';
import { keepPeople, type KeptPeople } from '../people/keep-people';
import { knowNames, type KnownNames } from '../people/know-names';
import type { TextStorage } from '../store/text-storage';
import { keyOf } from './chat-key';

/** Everything that the page knows of one signed-in user's people and chats, fed by the client library alone; no part of it knows React. */
export interface Chats {
  readonly me: string;
  readonly client: ChatClient;
  readonly people: KeptPeople;
  readonly groups: KeptGroups;
  readonly names: KnownNames;
  readonly conversations: KeptConversations;
  readonly pending: KeptPending;
  readonly drafts: Drafts;
  readonly markRead: MarkRead;
  /** The same for as long as it is among the last that were opened: coming back to a chat shows at once what was there. */
  open(chat: Chat): OpenChat;
  /** Listens no more. */
  close(): void;
}

const mostOpen = 12;

/** Listens with `on`, and can stop all of that at once. */
const createListening = (client: ChatClient): { client: ChatClient; stop: () => void } => {
  const stops: (() => void)[] = [];
  const on: ChatClient['on'] = (name, handler) => {
    const stop = client.on(name, handler);
    stops.push(stop);
    return stop;
  };
  return { client: { ...client, on }, stop() { for (const stop of stops) stop(); } };
};

/** After `signedInAs`, so that what is unsent is known. */
export const createChats = (given: ChatClient, me: string, storage: TextStorage): Chats => {
  const { client, stop } = createListening(given);
  const people = keepPeople(client);
  const groups = keepGroups(client);
  const names = knowNames(client, groups.members, me);
  const conversations = keepConversations(client, me);
  const opened = new Map<string, OpenChat>();

  people.subscribe(() => { names.learn(Object.values(people.get().lists).flat()); });

  // Who signs out, signs in as somebody else, or is no more, leaves nothing behind; a session that ended by itself goes on later.
  client.on('sessionEnded', ({ code, reason }) => { if (code === 'SESSION_ENDED' || reason === 'accountDeleted') forgetWritten(storage, me); });

  const open = (chat: Chat): OpenChat => {
    const before = opened.get(keyOf(chat));
    // One that was left, and joined again while nothing could tell it so, has nothing to show yet.
    if (before !== undefined && before.get().loading.status !== 'ready') void before.load();
    const known = before ?? openChat(client, chat);
    opened.delete(keyOf(chat));
    opened.set(keyOf(chat), known);
    const [oldest] = opened.values();
    if (opened.size > mostOpen && oldest !== undefined) {
      oldest.close();
      opened.delete(keyOf(oldest.chat));
    }
    return known;
  };

  void people.load();
  void groups.load();
  void conversations.load();
  return {
    me, client, people, groups, names, conversations, open,
    pending: keepPending(client, me, storage), drafts: keepDrafts(storage, me), markRead: createMarkRead(client, conversations),
    close: stop,
  };
};
