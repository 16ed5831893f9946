import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { RedisCommand } from './find-redis';

export interface RedisServerOptions extends RedisCommand {
  port: number;
  /** Where it keeps its data; made if it is not there. */
  folder: string;
  /** Whether what it holds outlives it. */
  appendonly: boolean;
  /** Gives it a session of its own: Ctrl-C in the terminal then reaches its owner alone, who stops it in order. Default: false. */
  detached?: boolean;
}

export interface RedisServer {
  url: string;
  port: number;
  pid: number;
  /** Settles when the process has ended, for whatever reason. */
  exited: Promise<void>;
  /** Ends it in good order. */
  stop(): Promise<void>;
  /** Ends it like a power cut: SIGKILL. */
  kill(): Promise<void>;
}

/** Starts a Redis on loopback that never evicts. Throws, with what it printed, when it ends before it serves: its port may be taken. */
export const startRedisServer = async (options: RedisServerOptions): Promise<RedisServer> => {
  mkdirSync(options.folder, { recursive: true });
  const child = spawn(options.command, [
    '--port', String(options.port), '--bind', '127.0.0.1', '--dir', options.folder, '--save', '', '--daemonize', 'no',
    '--maxmemory-policy', 'noeviction', '--appendonly', options.appendonly ? 'yes' : 'no',
  ], { env: options.env, detached: options.detached ?? false, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await serves(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.command} has no process id`);
  const endAlong = () => { child.kill('SIGKILL'); };
  process.once('exit', endAlong);
  void exited.then(() => process.off('exit', endAlong));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  return { url: `redis://127.0.0.1:${options.port}`, port: options.port, pid, exited, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
};

/** Resolves when the server itself says so: a connection could be answered by another server on the same port. */
const serves = (child: ChildProcess): Promise<void> => new Promise((resolve, reject) => {
  let printed = '';
  const read = (text: Buffer) => {
    printed = (printed + text.toString()).slice(-4_000);
    if (printed.includes('Ready to accept connections')) resolve();
  };
  child.stdout?.on('data', read);
  child.stderr?.on('data', read);
  child.once('error', reject);
  child.once('close', (code) => reject(new Error(`Redis ended (${code ?? 'by a signal'}) before it served:\n${printed}`)));
});
