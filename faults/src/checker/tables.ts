/** A row of `messages`. */
export interface MessageRow {
  conversation: string; seq: number; id: string; sender: string; recipient: string; isGroup: boolean; clientMessageId: string; body: string; createdAt: string;
}

/** What Postgres holds when everything is over. */
export interface Tables {
  /** In the order of conversation and seq. */
  messages: readonly MessageRow[];
  conversations: readonly { id: string; lastSeq: number }[];
  /** Entries that nobody has emptied. */
  outboxLeft: number;
}

/** Who may read a conversation: the two friends, or everybody who was ever let into the group. */
export interface Conversations {
  readersOf(conversation: string): ReadonlySet<string>;
  all: readonly string[];
}

/** The rows, found in the ways in which the judges look for them. */
export interface Rows {
  /** A conversation's rows, by `seq - 1` as long as there is no gap. */
  of(conversation: string): readonly MessageRow[];
  at(conversation: string, seq: number): MessageRow | undefined;
  /** The first row of a sender's clientMessageId. */
  sent(sender: string, clientMessageId: string): MessageRow | undefined;
}

export const indexRows = (messages: readonly MessageRow[]): Rows => {
  const conversations = new Map<string, MessageRow[]>();
  const places = new Map<string, MessageRow>();
  const sends = new Map<string, MessageRow>();
  for (const row of messages) {
    const rows = conversations.get(row.conversation);
    if (rows === undefined) conversations.set(row.conversation, [row]);
    else rows.push(row);
    const key = row.sender + row.clientMessageId;
    if (!sends.has(key)) sends.set(key, row);
  }
  const exactly = (conversation: string, seq: number): MessageRow | undefined => {
    const found = conversations.get(conversation)?.[seq - 1];
    return found?.seq === seq ? found : places.get(`${conversation} ${seq}`);
  };
  // Only where numbers have gaps is a row not in its place.
  for (const row of messages) if (conversations.get(row.conversation)?.[row.seq - 1] !== row) places.set(`${row.conversation} ${row.seq}`, row);
  return {
    of: (conversation) => conversations.get(conversation) ?? [],
    at: exactly,
    sent: (sender, clientMessageId) => sends.get(sender + clientMessageId),
  };
};
