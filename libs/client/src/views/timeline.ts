import type { ChatMessage } from '../chats';

/** A page of messages, oldest first: the newest, or those before one. @throws ChatError */
export type ReadPage = (beforeSeq?: number) => Promise<ChatMessage[]>;

/** The newest messages of a chat without a hole, put together of pages of its history and of what is handed out. */
export interface Timeline {
  messages(): readonly ChatMessage[];
  hasOlder(): boolean;
  /** Reads the newest, and what is missing between them and those that are here. @throws ChatError */
  refresh(): Promise<void>;
  /** @throws ChatError */
  loadOlder(): Promise<void>;
  /** @returns whether it follows what is here; if not, `refresh` */
  take(message: ChatMessage): boolean;
  change(message: ChatMessage): void;
  forget(): void;
}

/** What is below a hole is left out; it is older, and can be loaded. */
const withoutHole = (sorted: readonly ChatMessage[]): ChatMessage[] => {
  const afterHole = sorted.reduce((start, { seq }, index) => (index > 0 && seq !== (sorted[index - 1]?.seq ?? 0) + 1 ? index : start), 0);
  return sorted.slice(afterHole);
};

export const createTimeline = (readPage: ReadPage): Timeline => {
  let messages: ChatMessage[] = [];
  /** What became of messages, also of those that are not here yet: a page that is on its way may be older than that. */
  const changes = new Map<number, ChatMessage>();

  const asItIsNow = (message: ChatMessage): ChatMessage => {
    const change = changes.get(message.seq);
    return change !== undefined && change.revision > message.revision ? change : message;
  };
  const firstSeq = (): number => messages[0]?.seq ?? 1;
  const lastSeq = (): number => messages.at(-1)?.seq ?? 0;

  /** Pages from the newest down to what is here, or one page where nothing is. */
  const readDownTo = async (seq: number): Promise<ChatMessage[]> => {
    let read = await readPage();
    while (seq > 0 && (read[0]?.seq ?? 1) > seq + 1) {
      const page = await readPage(read[0]?.seq);
      if (page.length === 0) break;
      read = [...page, ...read];
    }
    return read;
  };

  /** What came meanwhile stays; the same message is there as it is now. */
  const join = (read: readonly ChatMessage[]): void => {
    const bySeq = new Map([...read, ...messages].map((message) => [message.seq, message]));
    for (const message of read) if (message.revision >= (bySeq.get(message.seq)?.revision ?? 0)) bySeq.set(message.seq, message);
    messages = withoutHole([...bySeq.values()].sort((one, other) => one.seq - other.seq)).map(asItIsNow);
  };

  return {
    messages: () => messages,
    hasOlder: () => firstSeq() > 1,
    async refresh() { join(await readDownTo(lastSeq())); },
    async loadOlder() { if (firstSeq() > 1) join(await readPage(firstSeq())); },
    take(message) {
      if (messages.length > 0 && message.seq > lastSeq() + 1) return false;
      if (message.seq > lastSeq()) messages = [...messages, asItIsNow(message)];
      return true;
    },
    change(message) {
      changes.set(message.seq, message);
      messages = messages.map(asItIsNow);
    },
    forget() {
      messages = [];
      changes.clear();
    },
  };
};
