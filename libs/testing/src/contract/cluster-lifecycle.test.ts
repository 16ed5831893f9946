import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '@chat-backend/database';
import { post } from './api-client';
import { newPerson } from './people';
import { startCluster, type Cluster } from './start-cluster';

const stopWithinMs = 5_000;
const leftOf = ({ processes }: Cluster): number[] => processes.map(({ pid }) => pid).filter(isRunning);

describe('the life of a cluster', () => {
  let killed: Cluster;
  let next: Cluster;
  const dataDir = mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'cluster-'));
  afterAll(async () => { if (leftOf(next).length > 0) await next.end('SIGKILL'); });

  it('one that is killed leaves its processes to the next one, which ends them and has all data', async () => {
    killed = await startCluster({ DATA_DIR: dataDir });
    const { email, password } = await newPerson(killed);
    await killed.end('SIGKILL');
    expect(leftOf(killed)).toHaveLength(killed.processes.length);
    next = await startCluster({ DATA_DIR: dataDir });
    expect(leftOf(killed)).toEqual([]);
    expect((await post(next.url, 'login', { email, password })).status).toBe(200);
  }, 120_000);

  it('a second one on the same data is refused and does no harm', async () => {
    await expect(startCluster({ DATA_DIR: dataDir })).rejects.toThrow('in use by another cluster');
    expect(leftOf(next)).toHaveLength(next.processes.length);
  }, 30_000);

  it('Ctrl-C stops all of it within 5 s', async () => {
    const begun = Date.now();
    expect(await next.end('SIGINT')).toBe(0);
    expect(Date.now() - begun).toBeLessThan(stopWithinMs);
    expect(leftOf(next)).toEqual([]);
  }, 30_000);
});
