import type { HistoryEvent } from '../history/events';
import type { Conversations, Rows, Tables } from './tables';
import type { Report } from './violations';

/** Looks at one kind of promise: at each event in the order of time, then at what is left. */
export interface Judge {
  see(event: HistoryEvent, index: number): void;
  end(): void;
}

export interface Evidence { tables: Tables; rows: Rows; conversations: Conversations; report: Report }
