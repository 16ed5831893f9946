import type { AuthUnderTest } from '../auth.fixture';

export interface AuditRow {
  action: string; user_id: string | null; subject_id: string | null; object_id: string | null; code: string | null; call: string | null;
  request_id: string | null; address: string | null; account_hash: string | null; times: number;
}

/** The audit log of a service under test. */
export interface AuditLog {
  rows(): Promise<(AuditRow & { id: string })[]>;
  /** What the act leaves in the log: what is committed with it at once, so many refusals a moment later. */
  recordedBy(act: () => Promise<unknown>, refusals?: number): Promise<AuditRow[]>;
  /** The log as text, for what must not be in it. */
  text(): Promise<string>;
}

export const auditLogOf = ({ database }: Pick<AuthUnderTest, 'database'>): AuditLog => {
  const rows = () => database.query<AuditRow & { id: string }>(
    'select id, action, user_id, subject_id, object_id, code, call, request_id, address, account_hash, times from audit_log order by happened_at, id');
  return {
    rows,
    async recordedBy(act, refusals = 0) {
      const known = new Set((await rows()).map(({ id }) => id));
      await act();
      let fresh: (AuditRow & { id: string })[] = [];
      const refused = (): number => fresh.reduce((sum, { code, times }) => (code === null ? sum : sum + times), 0);
      const deadline = Date.now() + 10_000;
      do {
        fresh = (await rows()).filter(({ id }) => !known.has(id));
      } while (refused() < refusals && Date.now() < deadline);
      return fresh.map(({ id: _, ...row }) => row);
    },
    text: async () => (await database.query<{ text: string }>('select a::text as text from audit_log a')).map(({ text }) => text).join('\n'),
  };
};

/** Which of the secrets stand in the text. A code is six digits: as a whole value, since they may stand within a uuid or a time. */
export const secretsIn = (text: string, secrets: readonly string[]): string[] =>
  secrets.filter((secret) => (/^\d{6}$/.test(secret) ? new RegExp(`[(,]${secret}[,)]`).test(text) : text.includes(secret)));

/** What a session's token says of it. */
export const sessionOf = (token: string): string => (JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;

export const idOf = async ({ database }: Pick<AuthUnderTest, 'database'>, email: string): Promise<string> =>
  (await database.query<{ id: string }>('select id from users where email = $1', [email]))[0]?.id ?? '';
