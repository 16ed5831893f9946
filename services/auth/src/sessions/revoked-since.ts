import type { InternalCalls } from '@chat-backend/contracts';
import type { AuthDependencies } from '../dependencies';

type Call = InternalCalls['revoked-since'];

/** Longer than a transaction that ends sessions takes from its clock to its commit. */
const overlapSeconds = 30;

/** Sessions that ended since the cursor (milliseconds on the database's clock), as far back as their access tokens may still live. */
export const revokedSince = ({ database, accessSeconds }: Pick<AuthDependencies, 'database' | 'accessSeconds'>) =>
  async ({ cursor }: Call['request']): Promise<Call['reply']> => {
    const [clock] = await database.tables.$queryRaw<{ now: Date }[]>`select clock_timestamp() as now`;
    const now = clock?.now.getTime() ?? Date.now();
    const from = Math.max(cursor - overlapSeconds * 1000, now - (accessSeconds + overlapSeconds) * 1000);
    const [ended, deleted] = await Promise.all([
      database.tables.session.findMany({ where: { revokedAt: { gte: new Date(from) } }, select: { id: true } }),
      // The sessions of a deleted account went with it; its deletion names them.
      database.tables.accountDeletion.findMany({ where: { requestedAt: { gte: new Date(from) } }, select: { sessionIds: true } }),
    ]);
    const ofDeletedAccounts = deleted.flatMap(({ sessionIds }) => sessionIds);
    return { cursor: now, sessionIds: [...ended.map(({ id }) => id), ...ofDeletedAccounts], ofDeletedAccounts };
  };
