import type { SendMessage } from '../contract';
import { createWriter, type StoredValue } from '../storage';

/** A message on its way. `clientMessageId` is its name for ever: however often it is sent, it is stored once. */
export type UnsentMessage = Omit<SendMessage, 'token' | 'clientMessageId'> & { clientMessageId: string };

export interface UnsentMessages {
  /** In the order of sending. */
  all(): UnsentMessage[];
  count(): number;
  find(clientMessageId: string): UnsentMessage | undefined;
  /** Resolves when it is in the storage. */
  add(message: UnsentMessage): Promise<void>;
  remove(message: UnsentMessage): Promise<void>;
  /** Forgets all of them, in the storage too. */
  erase(): Promise<void>;
}

/** The queue of unsent messages, and its copy in the storage. */
export const keepUnsentMessages = (stored: StoredValue<UnsentMessage[]>, before: readonly UnsentMessage[]): UnsentMessages => {
  const messages = new Map(before.map((message) => [message.clientMessageId, message]));
  const writeAll = createWriter(() => stored.write([...messages.values()]));
  const write = (): Promise<void> => (stored.isKept ? writeAll() : Promise.resolve());
  return {
    all: () => [...messages.values()],
    count: () => messages.size,
    find: (clientMessageId) => messages.get(clientMessageId),
    add(message) {
      messages.set(message.clientMessageId, message);
      return write();
    },
    remove(message) {
      messages.delete(message.clientMessageId);
      return write();
    },
    async erase() {
      messages.clear();
      // After what is being written.
      await write().catch(() => undefined);
      await stored.remove();
    },
  };
};
