import type { AuditEntry, GatheredAuditEntry } from '@chat-backend/contracts';
import { plainAddress } from '@chat-backend/service-kit';
import type { PrismaClient } from './generated/client';
import { newId } from './new-id';

type Appending = { auditEntry: Pick<PrismaClient['auditEntry'], 'createMany'> };

/** Where a call came from, as the log names it. */
export type AuditedCall = Pick<AuditEntry, 'call' | 'requestId' | 'address' | 'operator'>;

/** Field by field: what another process sent beside them is not stored. */
const rowOf = ({ action, userId, subjectId, objectId, code, call, requestId, address, accountHash }: Omit<AuditEntry, 'operator'>) => ({
  action, userId: userId ?? null, subjectId: subjectId ?? null, objectId: objectId ?? null, code: code ?? null,
  call: call ?? null, requestId: requestId ?? null, address: address ?? null, accountHash: accountHash ?? null,
});

/** Adds to the audit log within a transaction: what is recorded is committed, and what is committed is recorded. */
export const recordAudit = async (tables: Appending, { call, requestId, address, operator }: AuditedCall, ...entries: readonly AuditEntry[]): Promise<void> => {
  if (entries.length === 0) return;
  const origin = { call, requestId, address: plainAddress(address) };
  await tables.auditEntry.createMany({ data: entries.map((entry) => ({ id: newId(), operator: operator ?? null, ...rowOf({ ...origin, ...entry }) })) });
};

/** Adds what was gathered, in one statement; what is there already stays as it is. */
export const recordGathered = async (tables: Appending, entries: readonly GatheredAuditEntry[]): Promise<void> => {
  if (entries.length === 0) return;
  await tables.auditEntry.createMany({
    data: entries.map((entry) => ({ id: entry.id, happenedAt: new Date(entry.happenedAt), times: entry.times, ...rowOf(entry) })), skipDuplicates: true,
  });
};
