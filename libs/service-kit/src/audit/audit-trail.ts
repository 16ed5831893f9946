import { createHmac } from 'node:crypto';
import { auditActionOf, type AuditEntry, type GatheredAuditEntry } from '@chat-backend/contracts';
import type { ProcessContext } from '../process/service';
import type { Refusal } from '../refusal';
import { gatherEntries } from './gather-entries';
import { plainAddress } from './plain-address';

/** A refusal, and what the process that refuses knows of who is refused. */
export interface SeenRefusal extends Pick<AuditEntry, 'call' | 'requestId' | 'address' | 'userId'> {
  refusal: Pick<Refusal, 'code' | 'details'>;
  /** The email address that the call named, of whatever type it is. */
  email?: unknown;
}

/** What a service tells the audit log beside its transactions. Nobody waits for it, and it fails no call. */
export interface AuditTrail {
  /** Records a refusal, if it is one that the log is for. */
  refused(seen: SeenRefusal): void;
  /** Writes what waits. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** For an app that serves nobody's calls. */
export const unaudited: Pick<AuditTrail, 'refused'> = { refused: () => {} };

/** The same for every way of writing an email address that sign-in takes for one. */
export const accountHash = (key: Buffer, email: string): string => createHmac('sha256', key).update(email.trim().toLowerCase()).digest('base64url').slice(0, 22);

/**
 * @param write where the service's entries go: into the table, where it has the database; to auth, where it has none
 */
export const createAuditTrail = (
  { keys, logger, metrics }: Pick<ProcessContext, 'keys' | 'logger' | 'metrics'>, write: (entries: GatheredAuditEntry[]) => Promise<void>,
): AuditTrail => {
  const gathered = gatherEntries({ write, logger, metrics });
  return {
    refused({ refusal: { code, details: { accountId } }, call, requestId, address, userId, email }) {
      const action = auditActionOf(code);
      if (action === undefined) return;
      const isUnknown = accountId === undefined && userId === undefined && typeof email === 'string';
      gathered.add({
        action, code, call, requestId, userId, address: plainAddress(address),
        subjectId: accountId === userId ? undefined : accountId,
        accountHash: isUnknown ? accountHash(keys.audit, email) : undefined,
      });
    },
    flush: () => gathered.flush(),
    close: () => gathered.close(),
  };
};

/** The trail of a service without a database: what it gathered goes to auth. */
export const createRemoteAuditTrail = (context: Pick<ProcessContext, 'keys' | 'logger' | 'metrics' | 'internal'>): AuditTrail =>
  createAuditTrail(context, async (entries) => { await context.internal.call('record-audit', { entries }); });
