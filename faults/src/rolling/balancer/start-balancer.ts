import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '@chat-backend/testing';
import { findHaproxy } from './find-haproxy';

export type Backend = 'gateway' | 'realtime';

/** A server as haproxy sees it. */
export interface BalancedServer { backend: string; name: string; port: number; isUp: boolean; connections: number; connectionsSoFar: number }

/** haproxy with the configuration that operators get, on loopback. */
export interface Balancer {
  url: string;
  servers(backend: Backend): Promise<BalancedServer[]>;
  /** Puts a process into an empty place, through the runtime API. */
  add(backend: Backend, place: number, port: number): Promise<void>;
  /** `drain`: nothing new but for clients that were there; `maint`: nothing at all. */
  set(backend: Backend, place: number, state: 'ready' | 'drain' | 'maint'): Promise<void>;
  /** Resolves when it sends to the process on this port. @throws Error when that takes too long */
  sendsTo(backend: Backend, port: number): Promise<void>;
  stop(): Promise<void>;
}

export interface BalancerOptions {
  /** Of the product. */
  product: string;
  /** Where what it says is kept. */
  folder: string;
  gatewayPorts: readonly [number, number];
  realtimePort: number;
}

const servesWithinMs = 5_000;
const noticesWithinMs = 10_000;
const stopWithinMs = 3_000;
/** The name of this account, or of its group: haproxy stays what it is started as. */
const own = (what: '-un' | '-gn'): string => execFileSync('id', [what], { encoding: 'utf8' }).trim();
const local = (port: number): string => `127.0.0.1:${port}`;

/** One command of the runtime API, and what haproxy answers. */
const tellOver = (socketPath: string) => (command: string): Promise<string> => new Promise((resolve, reject) => {
  let answer = '';
  const socket = connect(socketPath, () => { socket.end(`${command}\n`); });
  socket.on('data', (text: Buffer) => { answer += text.toString(); });
  socket.once('error', reject);
  socket.once('close', () => { resolve(answer); });
});

/** `show stat` is a table with commas, its names in the first line. */
const readServers = (table: string, backend: Backend): BalancedServer[] => {
  const [head = '', ...lines] = table.trim().split('\n');
  const names = head.replace(/^# /, '').split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, index) => [names[index] ?? '', value])))
    .filter((row) => row['pxname'] === backend && row['svname'] !== 'BACKEND')
    .map((row) => ({
      backend, name: row['svname'] ?? '', port: Number(row['addr']?.split(':').at(-1)), isUp: row['status']?.startsWith('UP') === true,
      connections: Number(row['scur']), connectionsSoFar: Number(row['stot']),
    }));
};

/** Starts it. @throws Error, with what it said, when it does not serve */
export const startBalancer = async ({ product, folder, gatewayPorts, realtimePort }: BalancerOptions): Promise<Balancer> => {
  const { command, env } = await findHaproxy();
  // A path of its own: sockets have short ones.
  const socketFolder = mkdtempSync(join(tmpdir(), 'chat-haproxy-'));
  const tell = tellOver(join(socketFolder, 'admin.sock'));
  const port = await freePort();
  const [firstGateway, secondGateway] = gatewayPorts;
  const child = spawn(command, ['-db', '-f', join(product, 'deploy/haproxy/haproxy.cfg')], {
    // A session of its own: Ctrl-C is for this run, which stops it in order.
    detached: true, stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...env, HAPROXY_USER: own('-un'), HAPROXY_GROUP: own('-gn'), HAPROXY_SOCKET: join(socketFolder, 'admin.sock'), CHAT_BIND: local(port),
      CHAT_GATEWAY_1: local(firstGateway), CHAT_GATEWAY_2: local(secondGateway), CHAT_REALTIME_1: local(realtimePort),
    },
  });
  const log = createWriteStream(join(folder, 'haproxy.log'));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => { said = (said + text.toString()).slice(-4_000); log.write(text); });
  const exited = new Promise<number | null>((resolve) => { child.once('exit', resolve); child.once('error', () => { resolve(null); }); });
  const endAlong = (): void => { child.kill('SIGKILL'); };
  process.once('exit', endAlong);
  let isOver = false;
  void exited.then(() => { isOver = true; process.off('exit', endAlong); });

  const servers = async (backend: Backend): Promise<BalancedServer[]> => readServers(await tell('show stat -1 4 -1'), backend);
  for (const deadline = Date.now() + servesWithinMs; !await tell('show info').then(() => true, () => false); await pause(50)) {
    if (isOver || Date.now() > deadline) throw new Error(`haproxy does not serve:\n${said}`);
  }
  return {
    url: `http://${local(port)}`,
    servers,
    async add(backend, place, serverPort) {
      await tell(`set server ${backend}/${backend}-${place} addr 127.0.0.1 port ${serverPort}`);
      await tell(`set server ${backend}/${backend}-${place} state ready`);
    },
    async set(backend, place, state) { await tell(`set server ${backend}/${backend}-${place} state ${state}`); },
    async sendsTo(backend, serverPort) {
      for (const deadline = Date.now() + noticesWithinMs; !(await servers(backend)).some((one) => one.port === serverPort && one.isUp); await pause(50)) {
        if (Date.now() > deadline) throw new Error(`haproxy did not send to ${backend} on port ${serverPort} within ${noticesWithinMs / 1000} s`);
      }
    },
    async stop() {
      const late = setTimeout(() => { child.kill('SIGKILL'); }, stopWithinMs);
      // With -db, SIGTERM ends it at once.
      child.kill('SIGTERM');
      await exited;
      clearTimeout(late);
      log.end();
      rmSync(socketFolder, { recursive: true, force: true });
    },
  };
};
