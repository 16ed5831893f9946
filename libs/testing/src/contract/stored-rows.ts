import type { Shape } from './shape';

/** The outbox is emptied and mails are marked as sent by workers, at any moment: only their coming counts, and only for mails. The audit log gets refusals a moment later. */
const workersOwn = ['message_outbox', '_prisma_migrations', 'audit_log'];
const countedOnly = ['mails', 'sessions', 'refresh_tokens', 'challenges'];

/** What every table holds: its number of rows and a digest of them. Two equal ones mean that nothing was stored, changed or deleted between. */
export const storedRows = async ({ query }: Shape): Promise<Record<string, unknown>> => {
  const tables = await query<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public' order by 1");
  const states = await Promise.all(tables.filter(({ name }) => !workersOwn.includes(name)).map(async ({ name }) => {
    const digest = countedOnly.includes(name) ? "''" : "md5(coalesce(string_agg(t::text, '|' order by t::text), ''))";
    const [state] = await query(`select count(*)::int as rows, ${digest} as digest from ${name} t`);
    return [name, state] as const;
  }));
  return Object.fromEntries(states);
};
