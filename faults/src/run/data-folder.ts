import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endings } from './endings';

/**
 * A folder for a cluster's data, gone when the run is. Below the temporary folder, which Postgres' own account can reach.
 * @param folder where what the services said is kept
 */
export const makeDataFolder = (folder: string, endings: Endings): string => {
  const dataDir = mkdtempSync(join(tmpdir(), 'chat-backend-faults-'));
  chmodSync(dataDir, 0o755);
  endings.add(() => {
    if (existsSync(join(dataDir, 'logs'))) cpSync(join(dataDir, 'logs'), join(folder, 'logs'), { recursive: true });
    rmSync(dataDir, { recursive: true, force: true });
  });
  return dataDir;
};
