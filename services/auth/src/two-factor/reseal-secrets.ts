import type { Logger } from '@chat-backend/service-kit';
import type { AuthDatabase } from '../db';
import { openSecret } from './open-secret';
import type { Seal } from './seal';

interface Dependencies { database: AuthDatabase; seal: Seal; logger: Logger }

const pageSize = 100;

/** Moves every secret that another known key sealed to the current one, so that the other can be given up; what cannot be read holds no other up. @returns how many it moved */
export const resealSecrets = async ({ database, seal, logger }: Dependencies): Promise<number> => {
  let [moved, unread] = [0, 0];
  for (let lastId: string | undefined; ;) {
    const page = await database.tables.totpSecret.findMany({
      where: { keyId: { not: seal.currentKeyId }, ...(lastId === undefined ? {} : { userId: { gt: lastId } }) }, orderBy: { userId: 'asc' }, take: pageSize,
    });
    for (const { userId, keyId, sealed } of page) {
      const secret = openSecret({ seal, logger }, { userId, keyId, sealed });
      if (secret === undefined) { unread += 1; continue; }
      const { count } = await database.tables.totpSecret.updateMany({ where: { userId, keyId, sealed }, data: seal.seal(secret, userId) });
      moved += count;
    }
    lastId = page.at(-1)?.userId;
    if (page.length < pageSize) break;
  }
  if (moved > 0) logger.info({ moved }, 'secrets of authenticator apps were moved to the current key');
  if (unread > 0) logger.warn({ unread }, 'secrets of authenticator apps could not be read, and were not moved to the current key');
  return moved;
};

/** Later than a rotation takes to reach every process: until then one that knows only the older key still opens what is there. */
const tenMinutesMs = 10 * 60 * 1000;

/** Moves what another key sealed, first after so long, and then as often. */
export const keepResealing = (dependencies: Dependencies, everyMs = tenMinutesMs): { stop(): Promise<void> } => {
  let underWay: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    underWay = resealSecrets(dependencies).catch((error: unknown) => { dependencies.logger.warn({ err: error }, 'secrets were not moved to the current key; the next attempt will'); });
  }, everyMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await underWay;
    },
  };
};
