import type { ChatType } from '@chat-backend/contracts';
import { friendConversationId } from '@chat-backend/database';
import { createDocumentedClient } from '../clients/documented-client';
import { createLibraryClient } from '../clients/library-client';
import type { LoadClient } from '../clients/load-client';
import type { Cluster } from '../cluster/start-cluster';
import type { Record } from '../history/events';
import type { FaultyProxy } from '../network/faulty-proxy';
import type { Person } from './people';

export interface OpenClientsOptions { cluster: Cluster; proxy: FaultyProxy; people: readonly Person[]; record: Record }

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

/**
 * Two devices for each person: one as the documentation describes it, one with libs/client. A third of all reach the gateway over the bad network; of
 * the documented ones another third goes straight to a realtime process, as an ingress may lead them.
 */
export const openClients = async ({ cluster, proxy, people, record }: OpenClientsOptions): Promise<Clients> => {
  const realtime = cluster.processes().filter(({ service }) => service === 'realtime').map(({ port }) => `http://127.0.0.1:${port}`);
  const [first = cluster.url, second = cluster.url] = realtime;
  const documentedWays = [proxy.url, cluster.url, first, proxy.url, cluster.url, second];
  const libraryWays = [cluster.url, proxy.url, cluster.url];
  const conversationOf = createConversationOf();
  const byUser = new Map<string, readonly LoadClient[]>();

  for (const [index, { id, token, chats }] of people.entries()) {
    // Some begin as browsers do.
    const transports: ('polling' | 'websocket')[] = index % 5 === 1 ? ['polling', 'websocket'] : ['websocket'];
    const common = { user: id, token, record, chats, conversationOf, transports };
    byUser.set(id, [
      createDocumentedClient({ ...common, name: `${id.slice(-6)} documented`, socketUrl: documentedWays[index % documentedWays.length] ?? cluster.url, apiUrl: cluster.url }),
      createLibraryClient({ ...common, name: `${id.slice(-6)} library`, url: libraryWays[index % libraryWays.length] ?? cluster.url }),
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
