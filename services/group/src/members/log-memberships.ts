import type { Group, NewUserEvent } from '@chat-backend/contracts';
import { appendUserLog, type LoggedEvent } from '@chat-backend/database';
import type { GroupTables } from '../db';

/** A user, and what that user is in a group now. */
export interface Membership { userId: string; state: Extract<NewUserEvent, { kind: 'membership' }>['state'] }

/**
 * Tells those whose membership changed, and never all members, in their logs: the last step of the transaction that changed it.
 * @returns what to announce after the commit
 */
export const logMemberships = (tables: GroupTables, group: Group, changed: readonly Membership[]): Promise<LoggedEvent[]> =>
  appendUserLog(tables, changed.map(({ userId, state }) => ({ userId, event: { kind: 'membership', state, group } })));
