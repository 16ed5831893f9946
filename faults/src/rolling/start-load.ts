import type { Record } from '../history/events';
import { openClients, type Clients, type OpenClientsOptions } from '../load/open-clients';
import type { People, Person } from '../load/people';
import { sendFirstMessages, sendMessages } from '../load/send-messages';
import { createRandom } from '../random';
import type { Progress } from '../run/progress';
import type { MadeCall } from './calls/call';
import { keepCalling } from './calls/keep-calling';
import { planCalls } from './calls/plan-calls';

const messagesPerSecond = 60;
const callsPerSecond = 50;
const toldFailures = 20;

/** Messages between everybody, and calls, until it is stopped. */
export interface Load {
  clients(): Clients;
  calls: readonly MadeCall[];
  /** The other half of the people come. */
  openLate(): Promise<void>;
  /** Whether a client holds a WebSocket, which hears what its process says before it goes; one that polls may be led to another one before. */
  hearsToTheEnd(client: string): boolean;
  /** Resolves when everything is handed over, and every call has ended. */
  stop(): Promise<void>;
}

export interface LoadOptions { url: string; people: People; record: Record; seed: number; progress: Progress }

/** Devices of apps (libs/client, which begins with a WebSocket) and documented ones, of which every third polls and every third begins so. */
const waysThrough = (url: string): OpenClientsOptions['waysOf'] => {
  const documented: ('polling' | 'websocket')[][] = [['websocket'], ['polling'], ['polling', 'websocket']];
  return (index) => ({ documented: { url, transports: documented[index % documented.length] ?? ['websocket'] }, library: { url, transports: ['websocket', 'polling'] } });
};

const joined = (some: Clients, others: Clients): Clients => ({
  all: [...some.all, ...others.all], of: (user) => [...some.of(user), ...others.of(user)],
  close() { some.close(); others.close(); },
});

/** Half of the people come and begin to write; calls are those of everybody. */
export const startLoad = async ({ url, people, record, seed, progress }: LoadOptions): Promise<Load> => {
  const half = people.people.length / 2;
  const [early, late] = [people.people.slice(0, half), people.people.slice(half)];
  const waysOf = waysThrough(url);
  const open = (some: readonly Person[]): Promise<Clients> => openClients({ people: some, apiUrl: url, waysOf, record });
  let clients = await open(early);
  const clientsOf = (user: string) => clients.of(user);
  await sendFirstMessages(early, clientsOf);

  let isOver = false;
  let failures = 0;
  const writers = [...early];
  const sending = sendMessages({ people: writers, clientsOf, messages: messagesPerSecond, overMs: 1_000, goesOn: () => !isOver, random: createRandom(seed) }, () => undefined);
  const calls = keepCalling({
    url, calls: planCalls(people), perSecond: callsPerSecond, random: createRandom(seed + 1),
    onFailure({ service, name, connection, failure }) {
      failures += 1;
      if (failures <= toldFailures) progress.say(`FAILED: ${name} of ${service}, over a ${connection} connection: ${failure}`);
    },
  });
  const documentedWays = new Map([early, late].flatMap((some) => some.map(({ id }, index) => [id, waysOf(index).documented] as const)));
  return {
    clients: () => clients,
    calls: calls.made,
    async openLate() {
      clients = joined(clients, await open(late));
      writers.push(...late);
    },
    hearsToTheEnd: (client) => clients.all.some(({ name, user }) => name === client && name.endsWith('documented') && documentedWays.get(user)?.transports[0] === 'websocket'),
    async stop() {
      isOver = true;
      await Promise.all([sending, calls.stop()]);
    },
  };
};
