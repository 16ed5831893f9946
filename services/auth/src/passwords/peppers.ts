import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@chat-backend/service-kit';
import type { PasswordConfig } from '../config';

/** The key of the password hashes. Its id stands beside each hash, so that it can be changed without anybody losing an account. */
export interface Pepper { id: string; key: string | undefined }

export interface Peppers {
  current: Pepper;
  /** Those whose hashes are still taken, the current one among them. */
  accepted: ReadonlyMap<string, Pepper>;
}

const fileName = 'password-pepper';
export const noPepper: Pepper = { id: 'none', key: undefined };

const pepperOf = (key: string): Pepper => ({ id: createHash('sha256').update('pepper id').update(key).digest('hex').slice(0, 16), key });

const isAbsent = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
const exists = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

const readKept = async (folder: string): Promise<string | undefined> => {
  try {
    const kept = (await readFile(join(folder, fileName), 'utf8')).trim();
    return kept === '' ? undefined : kept;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

/** Written whole beside its place and then linked there: of two processes that start at once, both use the first one's. */
const generate = async (folder: string): Promise<string> => {
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${fileName}.${randomBytes(6).toString('hex')}`);
  await writeFile(draft, `${randomBytes(48).toString('base64url')}\n`, { mode: 0o600, flush: true });
  try {
    await link(draft, join(folder, fileName));
  } catch (error) {
    if (!exists(error)) throw error;
  } finally {
    await unlink(draft);
  }
  const kept = await readKept(folder);
  if (kept === undefined) throw new Error(`${join(folder, fileName)} is empty. Restore it; deleting it makes every password hashed with it worthless.`);
  return kept;
};

/**
 * The peppers of this installation. Where none is configured, development keeps one of its own under `dataDir`, and production does without, loudly.
 * What an earlier start generated is accepted as long as its file is there.
 */
export const readPeppers = async (config: PasswordConfig, dataDir: string, logger: Logger): Promise<Peppers> => {
  const kept = config.pepper === undefined && !config.isProduction ? await generate(dataDir) : await readKept(dataDir);
  const currentKey = config.pepper ?? (config.isProduction ? undefined : kept);
  if (currentKey === undefined) logger.warn('PASSWORD_PEPPER is not set: password hashes are not keyed, so who steals the database can try passwords on them');
  const current = currentKey === undefined ? noPepper : pepperOf(currentKey);
  const others = [config.previousPepper, kept].filter((key) => key !== undefined).map(pepperOf);
  return { current, accepted: new Map([noPepper, ...others, current].map((pepper) => [pepper.id, pepper])) };
};
