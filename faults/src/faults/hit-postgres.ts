import { setTimeout as pause } from 'node:timers/promises';
import { backWithinMs, type Fault, type FaultTools } from './fault';

const times = 3;
const everyMs = 2_000;
const fullForMs = 2_500;

const postgresPlace = ({ cluster }: FaultTools): string[] => cluster.processes().filter(({ service }) => service === 'postgres').map(({ port }) => `postgres:${port}`);

/** Ends every connection but ours, in the middle of whatever it does. */
export const terminateBackends = (tools: FaultTools): Fault => ({
  name: 'backends', target: 'postgres', victims: postgresPlace(tools),
  async cause() {
    for (let time = 0; time < times; time += 1) {
      await tools.cluster.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = 'chat' and application_name <> 'faults'`);
      await pause(everyMs);
    }
  },
});

/** Nothing can be written for a while: rows, nor the log that Postgres writes first. Then there is room again. */
export const fillDisk = (tools: FaultTools): Fault => ({
  name: 'disk', target: 'postgres', victims: postgresPlace(tools),
  async cause() {
    const { disk, cluster } = tools;
    if (disk === undefined) throw new Error('there is no small disk');
    disk.fill();
    await pause(fullForMs);
    disk.free();
    const deadline = Date.now() + backWithinMs;
    const written = (): Promise<boolean> => cluster.query('create table if not exists faults_disk (id int)').then(() => true, () => false);
    while (!await written()) if (Date.now() > deadline) throw new Error(`Postgres does not write ${backWithinMs / 1000} s after there was room again`);
  },
});
