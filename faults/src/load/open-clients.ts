import type { ChatType } from '@chat-backend/contracts';
import { friendConversationId } from '@chat-backend/database';
import { createDocumentedClient } from '../clients/documented-client';
import { createLibraryClient } from '../clients/library-client';
import type { LoadClient } from '../clients/load-client';
import type { Record } from '../history/events';
import type { Person } from './people';

/** How a device's socket comes to the product. */
export interface Way { url: string; transports: ('polling' | 'websocket')[] }

export interface OpenClientsOptions {
  people: readonly Person[];
  /** Where documented clients send their calls. */
  apiUrl: string;
  /** Of the two devices of the person with this number. */
  waysOf: (index: number) => { documented: Way; library: Way };
  record: Record;
}

export interface Clients {
  all: readonly LoadClient[];
  of(user: string): readonly LoadClient[];
  close(): void;
}

/** Friend chats are named by their two people. A hash each would cost more than the rest of a push. */
const createConversationOf = (): ((message: { chatType: ChatType; from: string; to: string }) => string) => {
  const known = new Map<string, string>();
  return ({ chatType, from, to }) => {
    if (chatType === 'group') return to;
    const conversation = known.get(from + to) ?? friendConversationId(from, to);
    known.set(from + to, conversation);
    return conversation;
  };
};

/** Two devices for each person: one as the documentation describes it, one with libs/client. */
export const openClients = async ({ people, apiUrl, waysOf, record }: OpenClientsOptions): Promise<Clients> => {
  const conversationOf = createConversationOf();
  const byUser = new Map<string, readonly LoadClient[]>();

  for (const [index, { id, token, chats }] of people.entries()) {
    const { documented, library } = waysOf(index);
    const common = { user: id, token, record, chats, conversationOf };
    byUser.set(id, [
      createDocumentedClient({ ...common, name: `${id.slice(-6)} documented`, socketUrl: documented.url, transports: documented.transports, apiUrl }),
      createLibraryClient({ ...common, name: `${id.slice(-6)} library`, ...library }),
    ]);
  }
  const all = [...byUser.values()].flat();
  await Promise.all(all.map((client) => client.open()));
  return {
    all,
    of: (user) => byUser.get(user) ?? [],
    close() { for (const client of all) client.close(); },
  };
};
