import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

export interface WaitForDatabaseOptions {
  url: string;
  /** How long to go on trying. */
  seconds: number;
  /** Told before each further try, in words for a log. */
  onRetry: (reason: string) => void;
  signal?: AbortSignal;
}

const oldestVersion = 140_000;
const pauseMs = 2_000;
const connectTimeoutMs = 5_000;

/** What does not heal by waiting, and what to do about it. By SQLSTATE. */
const finalErrors: Record<string, string> = {
  '28P01': 'refused the user or the password. Check the user and password in DATABASE_URL',
  '28000': 'refused the connection. Check the user in DATABASE_URL, and pg_hba.conf and TLS on the server',
  '3D000': 'does not have that database. Create it, or correct its name in DATABASE_URL',
};

/** Where the database is, without the password. */
const placeOf = (url: string): string => {
  const { hostname, port, pathname } = new URL(url);
  return `${hostname || 'localhost'}:${port || '5432'}${pathname}`;
};

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code ?? '');
const reasonOf = (error: unknown): string => codeOf(error) || (error as Error).message;

const serverVersion = async (url: string): Promise<{ number: number; name: string }> => {
  const client = new pg.Client({ connectionString: url, application_name: 'chat-backend start', connectionTimeoutMillis: connectTimeoutMs, query_timeout: connectTimeoutMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows: [row] } = await client.query<{ number: string; name: string }>("select current_setting('server_version_num') as number, current_setting('server_version') as name");
    return { number: Number(row?.number), name: row?.name ?? 'unknown' };
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** What one try found out: undefined when all is well, a reason to try again, or an error that no waiting heals. */
const tryOnce = async (url: string): Promise<{ reason: string; cause: unknown } | undefined> => {
  const place = placeOf(url);
  let version: Awaited<ReturnType<typeof serverVersion>>;
  try {
    version = await serverVersion(url);
  } catch (cause) {
    const advice = finalErrors[codeOf(cause)];
    if (advice !== undefined) throw new Error(`The Postgres at ${place} ${advice}.`, { cause });
    return { reason: `No Postgres answers at ${place} (${reasonOf(cause)})`, cause };
  }
  if (version.number < oldestVersion) throw new Error(`The Postgres at ${place} is version ${version.name}; version 14 or newer is needed.`);
  return undefined;
};

/**
 * Resolves when Postgres answers and is new enough.
 * @throws Error that says where the database should be, what is wrong with it and what to do; AbortError
 */
export const waitForDatabase = async ({ url, seconds, onRetry, signal }: WaitForDatabaseOptions): Promise<void> => {
  for (const deadline = Date.now() + seconds * 1000; ; await wait(pauseMs, undefined, signal === undefined ? {} : { signal })) {
    const failure = await tryOnce(url);
    if (failure === undefined) return;
    signal?.throwIfAborted();
    if (Date.now() + pauseMs > deadline) {
      throw new Error(`${failure.reason}. Start it or correct DATABASE_URL; without DATABASE_URL an embedded one is used.`, { cause: failure.cause });
    }
    onRetry(failure.reason);
  }
};
