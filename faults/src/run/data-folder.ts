import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Endings } from './endings';

/** A folder for a cluster's data, gone when the run is. Below the temporary folder, which Postgres' own account can reach. */
export const makeDataFolder = (endings: Endings): string => {
  const folder = mkdtempSync(join(tmpdir(), 'chat-backend-faults-'));
  chmodSync(folder, 0o755);
  endings.add(() => { rmSync(folder, { recursive: true, force: true }); });
  return folder;
};
