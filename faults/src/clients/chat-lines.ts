/** What is to be done in a chat, one after the other; chats do not wait for each other. */
export interface ChatLines {
  add(conversation: string, work: () => Promise<void>): Promise<void>;
  /** How many have not ended. */
  waiting(): number;
  isBusy(conversation: string): boolean;
}

export const createChatLines = (): ChatLines => {
  const lines = new Map<string, Promise<void>>();
  let waiting = 0;
  return {
    add(conversation, work) {
      waiting += 1;
      const done = (lines.get(conversation) ?? Promise.resolve()).then(work).finally(() => {
        waiting -= 1;
        if (lines.get(conversation) === done) lines.delete(conversation);
      });
      lines.set(conversation, done);
      return done;
    },
    waiting: () => waiting,
    isBusy: (conversation) => lines.has(conversation),
  };
};
