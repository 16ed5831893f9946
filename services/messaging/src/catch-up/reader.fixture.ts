import type { ChatType, ConversationPage, StoredMessage, SyncReply, SyncRequest } from '@chat-backend/contracts';

/** A client that syncs and keeps what it is told, and notes what it should never be told. */
export interface Reader {
  userId: string;
  request(): SyncRequest;
  take(reply: SyncReply): void;
  /** What it has of a chat, in the order of `seq`. */
  messagesOf(chatId: string): StoredMessage[];
  faults: string[];
}

interface Held { chatId: string; chatType: ChatType; afterSeq: number; afterRevision: number; lastReadSeq: number; messages: Map<number, StoredMessage> }

const nothingOf = ({ chatId, chatType }: { chatId: string; chatType: ChatType }): Held =>
  ({ chatId, chatType, afterSeq: 0, afterRevision: 0, lastReadSeq: 0, messages: new Map() });

const isRising = (numbers: readonly number[]): boolean => numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));

const faultsOf = (held: Held, page: ConversationPage): string[] => {
  const revisions = page.changed.map(({ revision }) => revision);
  const rules: [string, boolean][] = [
    ['the ranges begin where the client is', page.fromSeq === held.afterSeq && page.fromRevision === held.afterRevision],
    ['they end within the conversation', held.afterSeq <= page.toSeq && page.toSeq <= page.lastSeq && held.afterRevision <= page.toRevision && page.toRevision <= page.lastRevision],
    ['every message of the range is there', page.messages.length === page.toSeq - page.fromSeq && page.messages.every(({ seq }, index) => seq === page.fromSeq + 1 + index)],
    ['nothing is newer than the conversation', page.messages.every(({ revision }) => revision <= page.lastRevision)],
    ['changes rise within their range', isRising([page.fromRevision, ...revisions, page.toRevision + 1])],
    ['changes are of messages that the client has', page.changed.every(({ seq }) => held.messages.has(seq))],
    ['nothing that was read becomes unread', page.lastReadSeq >= held.lastReadSeq],
  ];
  return rules.flatMap(([rule, isKept]) => (isKept ? [] : [`${rule}: ${JSON.stringify({ ...page, messages: page.messages.length, changed: revisions })}`]));
};

export const createReader = (userId: string, chats: readonly { chatId: string; chatType: ChatType }[]): Reader => {
  const heldOf = new Map(chats.map((chat) => [chat.chatId, nothingOf(chat)]));
  const faults: string[] = [];

  const takePage = (page: ConversationPage): void => {
    const held = heldOf.get(page.chatId) ?? nothingOf(page);
    if (page.gone) { heldOf.set(page.chatId, nothingOf(page)); return; }
    faults.push(...faultsOf(held, page));
    for (const message of [...page.messages, ...page.changed]) {
      if (message.revision >= (held.messages.get(message.seq)?.revision ?? 0)) held.messages.set(message.seq, message);
    }
    heldOf.set(page.chatId, { ...held, afterSeq: page.toSeq, afterRevision: page.toRevision, lastReadSeq: page.lastReadSeq });
  };

  return {
    userId, faults,
    request: () => ({ conversations: [...heldOf.values()].map(({ chatId, chatType, afterSeq, afterRevision }) => ({ chatId, chatType, afterSeq, afterRevision })) }),
    take: ({ conversations }) => { conversations.forEach(takePage); },
    messagesOf: (chatId) => [...heldOf.get(chatId)?.messages.values() ?? []].toSorted((one, other) => one.seq - other.seq),
  };
};
