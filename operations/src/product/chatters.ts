import { setTimeout as pause } from 'node:timers/promises';
import { createChatClient, type ChatClient } from '@chat-backend/client';
import { befriend, call, newAccount, readHistory, type Account } from './call';

type ChatType = 'friend' | 'group';

/** A message that the server said it has stored. */
export interface Acknowledged { conversation: string; seq: number; text: string }

export interface Chatter {
  account: Account;
  client: ChatClient;
  /** What it shows of each conversation, by `seq`: what was handed out, and after a reset what the history has instead. */
  shown: Map<string, Map<number, string>>;
  resets: { conversation: string; seq: number }[];
  faults: string[];
  /** Each time that its connection was lost. */
  losses: number;
}

/** Three friends and a group of theirs, with the client library, who write until they are told to stop. */
export interface Chatters {
  people: readonly Chatter[];
  /** Everything that was acknowledged so far. */
  acknowledged: readonly Acknowledged[];
  /** Somebody writes one message; resolves when it is acknowledged. */
  writeOne(person: Chatter, conversation: string): Promise<Acknowledged>;
  /** Resolves when so many more have been acknowledged. */
  more(count: number): Promise<void>;
  /** Writes no more; resolves when everything that was written is acknowledged. */
  pause(): Promise<void>;
  resume(): void;
  /** Resolves when everybody shows all that was acknowledged since `from`. @throws Error that says who misses what */
  agree(from?: number): Promise<void>;
  close(): Promise<void>;
  group: string;
  /** Of a conversation, as the person calls it. */
  chatOf(person: Chatter, conversation: string): { chatId: string; chatType: ChatType } | undefined;
}

const quick = { reconnectBaseMs: 50, reconnectCapMs: 300, retryBaseMs: 50, gapMs: 20 };
const betweenMs = 5;
const agreeWithinMs = 30_000;

const pairOf = (one: string, other: string): string => [one, other].sort().join(' ');

const openChatter = async (url: string, account: Account): Promise<Chatter> => {
  const client = createChatClient({ url, timing: quick, transports: ['websocket'] });
  const chatter: Chatter = { account, client, shown: new Map(), resets: [], faults: [], losses: 0 };
  const conversationOf = ({ chatId, chatType }: { chatId: string; chatType: ChatType }): string => (chatType === 'group' ? chatId : pairOf(account.id, chatId));
  const show = (conversation: string, { seq, message }: { seq: number; message: string }): void => {
    const shown = chatter.shown.get(conversation) ?? new Map<number, string>();
    chatter.shown.set(conversation, shown.set(seq, message));
  };
  client.on('message', (message) => { show(conversationOf(message), message); });
  client.on('conversationReset', ({ seq, ...chat }) => {
    const conversation = conversationOf(chat);
    chatter.resets.push({ conversation, seq });
    // As the library's page tells an app: what it has is worth nothing any more, and the history says what there is.
    chatter.shown.delete(conversation);
    readHistory(url, account.token, chat.chatId, chat.chatType).then(
      (items) => { for (const item of items) if (item.seq <= seq) show(conversation, item); },
      (error: unknown) => { chatter.faults.push(`the history could not be read: ${String(error)}`); },
    );
  });
  client.on('fault', ({ code }) => { chatter.faults.push(code); });
  client.on('state', (state) => { if (state === 'offline') chatter.losses += 1; });
  await client.signIn({ email: account.email, password: account.password });
  await client.connect();
  return chatter;
};

/** @param urls where each connects, one after the other */
export const startChatters = async (...urls: readonly [string, ...string[]]): Promise<Chatters> => {
  const [url] = urls;
  const accounts: Account[] = [];
  for (const name of ['ann', 'ben', 'cleo']) accounts.push(await newAccount(url, `${name}-${process.pid}-${Date.now()}@example.com`));
  const [ann, ben, cleo] = accounts as [Account, Account, Account];
  for (const [one, other] of [[ann, ben], [ben, cleo]] as const) await befriend(url, one, other);
  const { id: group } = await call<{ id: string }>(url, 'create-group', { token: ann.token, groupName: 'three' });
  for (const { token } of [ben, cleo]) await call(url, 'join-group', { token, groupId: group });
  const people = await Promise.all(accounts.map((account, index) => openChatter(urls[index % urls.length] ?? url, account)));

  const acknowledged: Acknowledged[] = [];
  const conversationsOf = ({ account: { id } }: Chatter): { conversation: string; to: string; chatType: ChatType }[] => [
    ...[[ann, ben], [ben, cleo]].flatMap(([one, other]) => {
      const friend = one?.id === id ? other : other?.id === id ? one : undefined;
      return friend === undefined ? [] : [{ conversation: pairOf(id, friend.id), to: friend.id, chatType: 'friend' as const }];
    }),
    { conversation: group, to: group, chatType: 'group' },
  ];

  let turn = 0;
  let isWriting = true;
  const writeTo = async (person: Chatter, { conversation, to, chatType }: ReturnType<typeof conversationsOf>[number]): Promise<Acknowledged> => {
    const text = `${person.account.email} ${turn += 1}`;
    const { seq } = await person.client.send({ to, chatType, message: text }).stored;
    const stored = { conversation, seq, text };
    acknowledged.push(stored);
    return stored;
  };
  const write = async (person: Chatter): Promise<void> => {
    while (isWriting) {
      for (const conversation of conversationsOf(person)) await writeTo(person, conversation);
      await pause(betweenMs);
    }
  };
  let writing = Promise.all(people.map(write));
  writing.catch(() => undefined);

  /** What somebody who should does not show. */
  const missing = (from: number): string[] => people.flatMap((person) => {
    const mine = new Set(conversationsOf(person).map(({ conversation }) => conversation));
    return acknowledged.slice(from).filter(({ conversation, seq, text }) => mine.has(conversation) && person.shown.get(conversation)?.get(seq) !== text)
      .map(({ conversation, seq }) => `${person.account.email} misses ${conversation} ${seq}`);
  });

  return {
    people, acknowledged, group,
    async writeOne(person, conversation) {
      const mine = conversationsOf(person).find((one) => one.conversation === conversation);
      if (mine === undefined) throw new Error(`${person.account.email} is not in ${conversation}`);
      return writeTo(person, mine);
    },
    async more(count) {
      const target = acknowledged.length + count;
      while (acknowledged.length < target) await Promise.race([pause(betweenMs), writing]);
    },
    async pause() {
      isWriting = false;
      await writing;
    },
    resume() {
      isWriting = true;
      writing = Promise.all(people.map(write));
      writing.catch(() => undefined);
    },
    async agree(from = 0) {
      for (const deadline = Date.now() + agreeWithinMs; missing(from).length > 0; await pause(betweenMs * 4)) {
        if (Date.now() > deadline) throw new Error(`After ${agreeWithinMs / 1000} s: ${missing(from).slice(0, 5).join('; ')}`);
      }
    },
    async close() {
      isWriting = false;
      await Promise.all(people.map(({ client }) => client.close()));
    },
    chatOf: (person, conversation) => {
      const found = conversationsOf(person).find((one) => one.conversation === conversation);
      return found && { chatId: found.to, chatType: found.chatType };
    },
  };
};
