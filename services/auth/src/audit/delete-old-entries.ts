import type { AuthDatabase } from '../db';

/** Deleted in one transaction, so that none holds much for long. */
const entriesAtOnce = 5_000;

/** Deletes entries of the audit log that are older than so many days: the only way there is, and never one that is younger than thirty. */
export const deleteOldEntries = async ({ tables }: Pick<AuthDatabase, 'tables'>, days: number, atOnce = entriesAtOnce): Promise<void> => {
  let deleted = atOnce;
  while (deleted === atOnce) {
    const [row] = await tables.$queryRaw<{ deleted: number }[]>`select delete_old_audit_entries(${days}::integer, ${atOnce}::integer) as deleted`;
    deleted = row?.deleted ?? 0;
  }
};
