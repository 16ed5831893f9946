import { checkHistory, type Verdict } from '../checker/check-history';
import { eventsAround } from '../checker/events-around';
import type { Cluster } from '../cluster/start-cluster';
import type { HistoryEvent } from '../history/events';
import { readEvents } from '../history/read-events';
import type { EventFile } from '../history/record-events';
import type { Clients } from '../load/open-clients';
import type { People } from '../load/people';
import { readHistories } from '../load/read-histories';
import { readTables } from '../load/read-tables';
import { settle } from '../load/settle';
import type { Progress } from './progress';

export interface FinishedLoad {
  cluster: Cluster;
  /** Where calls go. */
  url: string;
  people: People;
  clients: Clients;
  events: EventFile;
  progress: Progress;
}

export interface Judged {
  verdict: Verdict;
  /** For each violation, what happened around it. */
  around: HistoryEvent[][];
  messages: number;
  /** How long after the load's end everything was delivered; undefined: not within the time. */
  deliveredAfterMs: number | undefined;
}

/** When nothing is sent any more: waits for what is to be delivered, reads every history and the tables, and compares them with all that was noted. */
export const judgeRun = async ({ cluster, url, people, clients, events, progress }: FinishedLoad): Promise<Judged> => {
  progress.say('waiting for what is to be delivered');
  const deliveredAfterMs = await settle({ cluster, clients, people: people.people, record: events.record });
  progress.say('reading every history and the tables');
  await readHistories(url, people.people, events.record);
  const tables = await readTables(cluster);
  clients.close();
  await events.close();

  progress.say('comparing');
  const verdict = checkHistory(readEvents(events.path), tables, people.conversations);
  return { verdict, around: eventsAround(verdict.violations, readEvents(events.path)), messages: tables.messages.length, deliveredAfterMs };
};
