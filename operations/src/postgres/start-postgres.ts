import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@chat-backend/testing';
import pg from 'pg';
import type { Runner } from '../page-commands';
import { findPostgres } from './find-postgres';

/** A Postgres as an operator has it: with its tools, and with an account of its own where root runs this. */
export interface OperatedPostgres {
  major: number;
  url: string;
  /** Its data folder, and where its backups go. */
  folder: string;
  backup: string;
  /** What the commands of the page need to know. */
  runner: Runner;
  query<Row extends object>(sql: string): Promise<Row[]>;
  /** The file of the log that a stopped one was about to write to. */
  unfinishedLogFile(folder: string): Promise<string>;
  stop(): Promise<void>;
}

const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
const ownAccount = (): Runner['account'] => (process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined);

/** Starts an empty one on loopback. */
export const startPostgres = async (): Promise<OperatedPostgres> => {
  const place = mkdtempSync(join(tmpdir(), 'chat-backend-operations-'));
  // Postgres' account must get through to what is its own below.
  chmodSync(place, 0o711);
  const account = ownAccount();
  const home = join(place, 'home');
  mkdirSync(home, { mode: 0o700 });
  if (account !== undefined) chownSync(home, account.uid, account.gid);
  const { env: tools, major } = await findPostgres(place);
  const port = await freePort();
  const folder = join(home, 'data');
  const env = { ...tools, PGHOST: '127.0.0.1', PGPORT: String(port), PGUSER: 'chat', PGDATABASE: 'chat', PGDATA: folder, BACKUP: join(home, 'backup'), LC_ALL: 'C' };
  const run = (command: string, ...options: string[]) => promisify(execFile)(command, options, { env, cwd: '/', ...account });

  await run('initdb', '--pgdata', folder, '--username', 'chat', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync');
  appendFileSync(join(folder, 'postgresql.conf'), `\nport = ${port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\njit = off\nmax_connections = 200\n`);
  const controlled = (what: string) => run('pg_ctl', what, '--pgdata', folder, '--wait', '--log', `${folder}.log`, '--mode', 'fast');
  const start = () => run('pg_ctl', 'start', '--pgdata', folder, '--wait', '--log', `${folder}.log`);
  await start();
  await run('createdb', 'chat');
  const url = `postgresql://chat@127.0.0.1:${port}/chat`;
  return {
    major, url, folder, backup: env.BACKUP, runner: { env, ...(account === undefined ? {} : { account }) },
    async query<Row extends object>(sql: string) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try { return (await client.query<Row>(sql)).rows; } finally { await client.end(); }
    },
    async unfinishedLogFile(stopped) {
      const { stdout } = await run('pg_controldata', '--pgdata', stopped);
      return /REDO WAL file:\s+(\w+)/.exec(stdout)?.[1] ?? '';
    },
    async stop() {
      await controlled('stop');
      rmSync(place, { recursive: true, force: true });
    },
  };
};
