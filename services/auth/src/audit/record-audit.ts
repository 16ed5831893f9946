import type { InternalCalls } from '@chat-backend/contracts';
import { recordGathered } from '@chat-backend/database';
import type { AuthDatabase } from '../db';

type Call = InternalCalls['record-audit'];

/** Writes what gateway and realtime gathered: they have no database. */
export const recordAuditOfOthers = ({ tables }: Pick<AuthDatabase, 'tables'>) => async ({ entries }: Call['request']): Promise<Call['reply']> => {
  await recordGathered(tables, entries);
  return { recorded: entries.length };
};
