import type { HistoryEvent } from '../history/events';
import type { Evidence } from './judge';
import { judgeDeliveries } from './judge-deliveries';
import { judgeFaults } from './judge-faults';
import { judgeHistories } from './judge-histories';
import { judgePermissions } from './judge-permissions';
import { judgeSends } from './judge-sends';
import { judgeTables } from './judge-tables';
import { indexRows, type Conversations, type Tables } from './tables';
import type { Violation, ViolationKind } from './violations';

export interface Verdict {
  /** How many of each kind; a kind without any is not in it. */
  counts: Partial<Record<ViolationKind, number>>;
  /** The first of each kind. */
  violations: Violation[];
}

const keptOfAKind = 20;

/**
 * Compares what happened with what is stored. Pure: the same events and tables give the same verdict, whenever it is asked for.
 * @param events in the order in which they were noted; walked through once
 */
export const checkHistory = (events: Iterable<HistoryEvent>, tables: Tables, conversations: Conversations): Verdict => {
  const counts: Partial<Record<ViolationKind, number>> = {};
  const violations: Violation[] = [];
  const report = (violation: Violation): void => {
    const count = (counts[violation.kind] ?? 0) + 1;
    counts[violation.kind] = count;
    if (count <= keptOfAKind) violations.push(violation);
  };

  const evidence: Evidence = { tables, rows: indexRows(tables.messages), conversations, report };
  judgeTables(evidence);
  const judges = [judgeSends, judgePermissions, judgeDeliveries, judgeHistories, judgeFaults].map((judgeOf) => judgeOf(evidence));
  let index = 0;
  for (const event of events) {
    for (const judge of judges) judge.see(event, index);
    index += 1;
  }
  for (const judge of judges) judge.end();
  return { counts, violations };
};
