import type { NewMessage } from '@chat-backend/contracts';
import { friendConversationId } from '@chat-backend/database';
import { createDocumentedClient } from '../clients/documented-client';
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

const devicesEach = 2;

/** Friend chats are named by their two people. A hash each would cost more than the rest of a push. */
const createConversationOf = (): ((message: NewMessage) => string) => {
  const known = new Map<string, string>();
  return ({ chatType, from, to }) => {
    if (chatType === 'group') return to;
    const conversation = known.get(from + to) ?? friendConversationId(from, to);
    known.set(from + to, conversation);
    return conversation;
  };
};

/** Two devices for each person. A third of them reach the gateway over the bad network, a third the gateway, a third a realtime process, as an ingress may lead them. */
export const openClients = async ({ cluster, proxy, people, record }: OpenClientsOptions): Promise<Clients> => {
  const realtime = cluster.processes().filter(({ service }) => service === 'realtime').map(({ port }) => `http://127.0.0.1:${port}`);
  const conversationOf = createConversationOf();
  const byUser = new Map<string, LoadClient[]>();
  const urls = [proxy.url, cluster.url, ...realtime];
  const routes = [proxy.url, cluster.url, realtime[0] ?? '', proxy.url, cluster.url, realtime[1] ?? ''];

  const all = people.flatMap(({ id, token, chats }, index) => Array.from({ length: devicesEach }, (_, device): LoadClient => {
    const number = index * devicesEach + device;
    // Each device of a person goes another way.
    const socketUrl = routes[(index + device) % routes.length] ?? urls[0] ?? '';
    const client = createDocumentedClient({
      name: `${id.slice(-6)}-${device + 1}`, user: id, token, socketUrl, apiUrl: cluster.url, record, chats, conversationOf,
      // Some begin as browsers do.
      transports: number % 6 === 1 ? ['polling', 'websocket'] : ['websocket'],
    });
    byUser.set(id, [...byUser.get(id) ?? [], client]);
    return client;
  }));
  await Promise.all(all.map((client) => client.open()));
  return {
    all,
    of: (user) => byUser.get(user) ?? [],
    close() { for (const client of all) client.close(); },
  };
};
