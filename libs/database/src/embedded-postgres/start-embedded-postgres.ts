import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { preparePostgresHome, writePrivately, type PostgresHome } from './account';
import { findPostgresBinaries } from './find-binaries';
import { disownFolder, ownFolder, postmasterState, recoverDataFolder } from './recover-folder';

export interface EmbeddedPostgresOptions {
  /** Holds the data, the password and the log. Made when it is not there. */
  folder: string;
  /** Absent: a free one. */
  port?: number;
  /** Postgres settings beside our own, as `name=value`. */
  settings?: readonly string[];
}

export interface EmbeddedPostgres {
  port: number;
  pid: number;
  /** The database `chat` as its administrator. */
  url: string;
  /** Resolves when Postgres has ended, for whatever reason. */
  exited: Promise<void>;
  stop(): Promise<void>;
}

const administrator = 'chat_admin';
const databaseName = 'chat';

export const administratorUrl = (password: string, port: number): string => `postgresql://${administrator}:${password}@127.0.0.1:${port}/${databaseName}`;

const startTimeoutMs = 60_000;
const stopTimeoutMs = 4_000;

const freePort = (): Promise<number> => new Promise((done, fail) => {
  const probe = createServer();
  probe.once('error', fail);
  probe.listen(0, '127.0.0.1', () => { const { port } = probe.address() as AddressInfo; probe.close(() => { done(port); }); });
});

const lastLines = (log: string): string => {
  try { return readFileSync(log, 'utf8').trim().split('\n').slice(-8).join('\n'); } catch { return ''; }
};

const explained = (what: string, detail: string): Error =>
  new Error(/No space left on device/.test(detail) ? `${what}: the disk is full. Free some space, or set DATA_DIR to a folder on another disk.` : `${what}:\n${detail}`);

/** What was never started has said nothing itself. */
const cannotRun = ({ binaries, account }: PostgresHome, error: unknown): string =>
  `${String(error)}\n${account === undefined ? 'This account' : `The account ${account.uid}`} must be able to run what is in ${binaries}. Let it, or set DATABASE_URL to a Postgres 14 or newer.`;

/** Makes the data folder, whole or not at all. */
const initialise = async (home: PostgresHome, data: string): Promise<void> => {
  const password = randomBytes(24).toString('base64url');
  const passwordFile = writePrivately(home, 'password', password);
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const options = ['-D', unfinished, '-U', administrator, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  try {
    await promisify(execFile)(join(home.binaries, 'bin/initdb'), options, { cwd: '/', ...home.account, env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' } });
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw explained('The embedded Postgres could not be set up', (error as { stderr?: string }).stderr || cannotRun(home, error));
  }
  renameSync(unfinished, data);
};

const launch = (home: PostgresHome, data: string, port: number, settings: readonly string[]): ChildProcess => {
  const log = join(home.folder, 'postgres.log');
  if (existsSync(log)) renameSync(log, `${log}.previous`);
  writePrivately(home, 'postgres.log', '');
  const logFile = openSync(log, 'a');
  const all = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'log_min_messages=warning', 'log_min_error_statement=panic', 'timezone=UTC', ...settings];
  // A session of its own: Ctrl-C in the terminal is for us, and Postgres stops when we have let go of it.
  const child = spawn(join(home.binaries, 'bin/postgres'), ['-D', data, ...all.flatMap((setting) => ['-c', setting])], {
    cwd: '/', detached: true, stdio: ['ignore', logFile, logFile], ...home.account, env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' },
  });
  closeSync(logFile);
  return child;
};

/** Resolves when Postgres takes connections, rejects when it ended instead. */
const ready = async (child: ChildProcess, exited: Promise<void>, data: string, log: string): Promise<void> => {
  let gone = false;
  void exited.then(() => { gone = true; });
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await wait(20)) {
    if (gone) throw explained('The embedded Postgres did not start', lastLines(log));
    const now = postmasterState(data);
    if (now?.pid === child.pid && now?.state === 'ready') return;
  }
  child.kill('SIGQUIT');
  throw explained(`The embedded Postgres was not ready within ${startTimeoutMs / 1000} s`, lastLines(log));
};

const createDatabase = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url.replace(/\/[^/]*$/, '/postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
};

/** What a Postgres that was cut off left at work: it ends by itself when it notices, and Postgres refuses to start before. */
const stillAtWork = /pre-existing shared memory block/;
const waitForThoseLeftMs = 10_000;

interface Launched { child: ChildProcess; exited: Promise<void> }

const launchUntilReady = async (home: PostgresHome, data: string, port: number, settings: readonly string[]): Promise<Launched> => {
  const log = join(home.folder, 'postgres.log');
  for (const deadline = Date.now() + waitForThoseLeftMs; ; await wait(200)) {
    const child = launch(home, data, port, settings);
    const exited = new Promise<void>((done) => {
      child.once('exit', () => { done(); });
      child.once('error', () => { done(); });
    });
    try {
      await ready(child, exited, data, log);
      return { child, exited };
    } catch (error) {
      if (Date.now() > deadline || !stillAtWork.test(lastLines(log))) throw error;
    }
  }
};

const stopped = async ({ child, exited }: Launched): Promise<void> => {
  child.kill('SIGINT');
  const inTime = new AbortController();
  const late = wait(stopTimeoutMs, 'late', { signal: inTime.signal }).catch(() => 'in time');
  if (await Promise.race([exited, late]) === 'late') child.kill('SIGQUIT');
  inTime.abort();
  await exited;
};

/** Who may own the folder, in words that help where it cannot be read. */
const owned = (home: PostgresHome): PostgresHome => {
  try {
    ownFolder(home.folder, home.account);
    return home;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new Error(`The data in ${home.folder} belongs to another account. Start as that account, or set DATA_DIR to another folder.`, { cause: error });
  }
};

/**
 * Starts a real Postgres from npm's binaries, as root too (it then runs as `nobody`). Survives its own kill -9 and ours;
 * ends with this process in every other case.
 * @throws Error that says what to do: no binaries, folder in use or of another account, disk full
 */
export const startEmbeddedPostgres = async ({ folder, port, settings = [] }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const home = owned(preparePostgresHome(resolve(folder), findPostgresBinaries()));
  let launched: Launched | undefined;
  try {
    const data = join(home.folder, 'data');
    await recoverDataFolder(data);
    if (!existsSync(data)) await initialise(home, data);
    const password = readFileSync(join(home.folder, 'password'), 'utf8');
    const chosenPort = port ?? await freePort();
    launched = await launchUntilReady(home, data, chosenPort, settings);
    const { child, exited } = launched;
    // Who exits without `stop` leaves nothing behind: the next start recovers what was written.
    const quit = (): void => { child.kill('SIGQUIT'); };
    process.once('exit', quit);
    void exited.then(() => { process.off('exit', quit); });

    const url = administratorUrl(password, chosenPort);
    await createDatabase(url);
    const stop = async (): Promise<void> => {
      await stopped({ child, exited });
      disownFolder(home.folder);
    };
    return { port: chosenPort, pid: child.pid ?? 0, url, exited, stop };
  } catch (error) {
    if (launched !== undefined) await stopped(launched);
    disownFolder(home.folder);
    throw error;
  }
};
