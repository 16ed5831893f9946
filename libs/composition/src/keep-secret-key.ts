import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileOnce } from '@chat-backend/service-kit';

/** The secret key of an installation that was given none: made once, the same for every process that shares the folder. */
export const keepSecretKey = (dataDir: string): string => {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'secret-key');
  createFileOnce(file, `${randomBytes(48).toString('base64url')}\n`);
  return readFileSync(file, 'utf8').trim();
};
