import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { backWithinMs, runningAt, type Fault, type FaultTools } from './fault';

const stoppedForMs = 1_500;

const parents = (): [pid: number, parent: number][] => {
  if (!existsSync('/proc/self/stat')) {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    return lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => {
    try { return [Number(name), Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])]; } catch { return [Number(name), 0]; }
  });
};

/** Postgres is many processes: its parent starts one for each connection. */
const childrenOf = (process: number): number[] => parents().filter(([, parent]) => parent === process).map(([pid]) => pid);

/** To a process that may have ended by itself meanwhile. */
const signal = (pid: number, name: NodeJS.Signals): void => {
  try { process.kill(pid, name); } catch (error) { if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; }
};

/** kill -9: the process gets no word in. */
export const killProcess = (tools: FaultTools, place: string): Fault => ({
  name: 'kill', target: place, victims: [place],
  async cause() {
    const victim = runningAt(tools, place);
    signal(victim.pid, 'SIGKILL');
    await tools.cluster.isBack(victim, backWithinMs);
  },
});

/** SIGTERM: the process may finish what it is at. */
export const terminateProcess = (tools: FaultTools, place: string): Fault => ({
  name: 'terminate', target: place, victims: [place],
  async cause() {
    const victim = runningAt(tools, place);
    signal(victim.pid, 'SIGTERM');
    await tools.cluster.isBack(victim, backWithinMs);
  },
});

/** SIGSTOP, then SIGCONT: the process is there and says nothing, and then goes on as if no time had passed. */
export const pauseProcess = (tools: FaultTools, place: string): Fault => ({
  name: 'pause', target: place, victims: [place],
  async cause() {
    const { service, pid } = runningAt(tools, place);
    const stopped = [pid, ...(service === 'postgres' ? childrenOf(pid) : [])];
    for (const one of stopped) signal(one, 'SIGSTOP');
    await pause(stoppedForMs);
    for (const one of stopped) signal(one, 'SIGCONT');
  },
});
