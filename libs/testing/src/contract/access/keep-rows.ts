import type { Shape } from '../shape';

/** Rows of the test's own sessions, which come with each call. */
export const testSessionTime = '2000-01-01T00:00:00Z';

/**
 * Workers of the product empty the outbox and mark mails as sent, at any moment: of mails only their number counts, and none of these is put back. The audit
 * log gets a refusal a moment after its reply.
 */
const notCompared = ['message_outbox', '_prisma_migrations', 'audit_log'];
const countedOnly = ['mails'];
const notPutBack = ['mails', 'challenges', ...notCompared];

/** What every table holds, as one digest a table: two equal ones mean that nothing was stored, changed or deleted between. */
export type RowsDigest = Record<string, string>;

export interface KeptRows {
  digest(): Promise<RowsDigest>;
  /** Makes every table what it was when the rows were kept. */
  putBack(): Promise<void>;
}

const digestOf = (table: string): string => {
  const state = countedOnly.includes(table) ? "''" : `md5(coalesce(string_agg(t::text, '|' order by t::text), ''))`;
  const rows = table === 'sessions' ? `sessions t where created_at <> '${testSessionTime}' or revoked_at is not null` : `${table} t`;
  return `select '${table}' as name, count(*) || ' rows ' || ${state} as digest from ${rows}`;
};

/** Keeps what is stored now. The copies stand in a schema of their own; putting them back asks for no foreign key on the way. */
export const keepRows = async ({ query }: Shape): Promise<KeptRows> => {
  const found = await query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public' order by 1`);
  const tables = found.map(({ name }) => name);
  const kept = tables.filter((table) => !notPutBack.includes(table));
  await query(`create schema kept; ${kept.map((table) => `create table kept.${table} as table public.${table}`).join('; ')}`);

  const digests = tables.filter((table) => !notCompared.includes(table)).map(digestOf).join(' union all ');
  const putBack = kept.map((table) => `delete from public.${table}; insert into public.${table} select * from kept.${table}`).join('; ');
  return {
    async digest() {
      const rows = await query<{ name: string; digest: string }>(digests);
      return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
    },
    async putBack() {
      await query(`begin; set local session_replication_role = replica; ${putBack}; commit`);
    },
  };
};
