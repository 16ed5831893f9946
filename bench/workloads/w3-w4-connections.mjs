import { setTimeout as wait } from 'node:timers/promises';
import { cpuBetween, cpuOf, memoryOf, sumOf } from '../measuring/process-tree.mjs';

/** The first connections warm the server up: what it allocates once is not counted. */
const warmUpConnections = 1_000;
/** In each generator: a server that comes back is met by many at once. */
const atOnce = 25;
const settleMs = 1_000;

const nodeMemory = async ({ server }) => {
  await server.ask({ benchmark: 'collectGarbage' });
  return memoryOf(server.parts.filter(({ name }) => name === 'node')).node;
};

/** W4: people connect, one after the other; W3: they stay, and do nothing. */
export const connections = {
  name: 'W3+W4', title: 'W3 and W4: people who connect with a token each, and stay idle', unit: 'connection',
  only: (peer) => ['one-process', 'socket.io'].includes(peer.name),
  async run(turn) {
    const { peer, server, generators, population } = turn;
    const users = peer.makeUsers(population.idle, population).map((user, position) => ({ ...user, url: server.urls[position % server.urls.length] }));
    const connect = (some) => generators.connect(peer.protocol, Array.from({ length: generators.count }, (_, index) => generators.shareOf(some, index)), atOnce);
    try {
      await connect(users.slice(0, warmUpConnections));
      await wait(settleMs);
      const memoryBefore = await nodeMemory(turn);
      const before = cpuOf(server.parts);
      const startedMs = performance.now();
      await connect(users.slice(warmUpConnections));
      const seconds = (performance.now() - startedMs) / 1_000;
      const used = cpuBetween(before, cpuOf(server.parts));
      await wait(settleMs);
      const memoryAfter = await nodeMemory(turn);
      const count = users.length - warmUpConnections;
      return {
        perSecond: count / seconds, cpuMicros: (sumOf(used) * 1e6) / count, perCpuSecond: count / sumOf(used), cores: sumOf(used) / seconds,
        parts: Object.fromEntries(Object.entries(used).map(([name, cpu]) => [name, (cpu * 1e6) / count])),
        memoryBytes: (memoryAfter - memoryBefore) / count,
      };
    } finally {
      await generators.disconnect();
    }
  },
};
