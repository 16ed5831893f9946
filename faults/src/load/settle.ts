import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster } from '../cluster/start-cluster';
import type { Record } from '../history/events';
import type { Clients } from './open-clients';
import type { Person } from './people';

/** Everything is delivered so long after the last fault: pushed, or read by who came back. */
export const deliveredWithinMs = 10_000;
const decidedWithinMs = 60_000;
const lookEveryMs = 100;

export interface SettleOptions { cluster: Cluster; clients: Clients; people: readonly Person[]; record: Record }

/**
 * Waits until every message is decided and everybody has everything, at most until the deadline, which is noted. Only then every client is told to
 * ask for what it lacks: what it gets by that was late.
 * @returns how long it took; undefined when it was not done at the deadline
 */
export const settle = async ({ cluster, clients, people, record }: SettleOptions): Promise<number | undefined> => {
  const begun = performance.now();
  const chatsOf = new Map(people.map(({ id, chats }) => [id, chats]));
  const undecided = (): number => clients.all.reduce((sum, client) => sum + client.undecided(), 0);

  const isDelivered = async (): Promise<boolean> => {
    if (undecided() > 0) return false;
    const rows = await cluster.query<{ id: string; lastSeq: string }>('select id, last_seq as "lastSeq" from conversations');
    const lastSeqs = new Map(rows.map(({ id, lastSeq }) => [id, Number(lastSeq)]));
    if (clients.all.some((client) => chatsOf.get(client.user)?.some(({ conversation }) => client.upTo(conversation) < (lastSeqs.get(conversation) ?? 0)))) return false;
    const [outbox] = await cluster.query<{ count: string }>('select count(*) from message_outbox');
    return outbox?.count === '0';
  };

  let took: number | undefined;
  while (took === undefined && performance.now() - begun < deliveredWithinMs) {
    if (await isDelivered()) took = performance.now() - begun;
    else await pause(lookEveryMs);
  }
  record({ kind: 'deadline', afterMs: Math.round(performance.now() - begun) });

  for (const deadline = Date.now() + decidedWithinMs; undecided() > 0 && Date.now() < deadline;) await pause(lookEveryMs);
  if (undecided() > 0) record({ kind: 'fault', name: 'settle', target: 'messages', phase: 'failed', detail: `${undecided()} messages have no answer ${decidedWithinMs / 1000} s after the deadline` });
  await Promise.all(clients.all.map((client) => client.catchUp()));
  return took;
};
