import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpuBetween, cpuOf, parseStat, readProcesses, sumOf, treeOf } from './process-tree.mjs';

const stat = (pid: number, name: string, parent: number, times: string): string => `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 10 0 0 0 ${times} 20 0 11 0 4242 100 200`;

describe('the CPU of a process tree', () => {
  it('reads a process whose name holds spaces and brackets', () => {
    expect(parseStat(stat(7, 'postgres: io (1) worker', 3, '100 50 25 5'))).toEqual({ parent: 3, cpuSeconds: 1.8 });
  });

  it('sums a process, its descendants and those that were collected, and nobody else', () => {
    const processes = new Map([[2, { parent: 1, cpuSeconds: 1 }], [3, { parent: 2, cpuSeconds: 2 }], [4, { parent: 3, cpuSeconds: 4 }], [5, { parent: 1, cpuSeconds: 8 }]]);
    expect(treeOf(2, processes)).toEqual([2, 3, 4]);
    expect(cpuOf([{ name: 'server', pid: 2 }], processes)).toEqual({ server: 7 });
    expect(cpuOf([{ name: 'server', pid: 2 }, { name: 'server', pid: 5 }], processes)).toEqual({ server: 15 });
    expect(() => cpuOf([{ name: 'server', pid: 6 }], processes)).toThrow('has ended');
  });

  it('counts what a child of a child used, while it runs and after it has ended', async () => {
    const burn = 'const end = Date.now() + 300; while (Date.now() < end);';
    const grandchild = `require('node:child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(burn)}]); process.send('burnt'); process.once('message', () => process.exit());`;
    const child = spawn(process.execPath, ['-e', grandchild], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    try {
      const parts = [{ name: 'server', pid: child.pid ?? 0 }];
      const before = cpuOf(parts);
      await once(child, 'message');
      const used = cpuBetween(before, cpuOf(parts));
      expect(treeOf(child.pid ?? 0, readProcesses())).toEqual([child.pid]);
      // On a busy machine a loop of 300 ms gets less than all of them.
      expect(sumOf(used)).toBeGreaterThan(0.05);
    } finally {
      child.send('end');
      await once(child, 'exit');
    }
  });
});
