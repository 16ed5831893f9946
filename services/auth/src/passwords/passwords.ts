import { createHash, createHmac } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Logger } from '@chat-backend/service-kit';
import bcrypt from 'bcrypt';
import { createBoundedQueue } from './bounded-queue';
import type { Pepper, Peppers } from './peppers';

/** As it stands in a user's row. */
export interface StoredPassword { passwordHash: string; pepperId: string }

export interface Passwords {
  /**
   * @param beside a hash that the new one can be compared with: it takes over its salt, so that of the same password it is the same. One of another pepper
   * or cost lends nothing
   * @throws Refusal BUSY
   */
  hash(password: string, beside?: StoredPassword): Promise<StoredPassword>;
  /**
   * Without a stored password it takes as long as with one, and nothing matches; so does a wrong password against an older hash.
   * `outdated`: the hash was made with another pepper or cost than new ones are.
   * @throws Refusal BUSY
   */
  verify(password: string, stored: StoredPassword | undefined): Promise<{ matches: boolean; outdated: boolean }>;
}

export interface PasswordsOptions { peppers: Peppers; bcryptCost: number; logger: Logger }

const defaultPoolThreads = 4;
const placesPerSlot = 32;
/** Well below what the gateway waits for a reply. */
const waitMs = 5_000;

/**
 * bcrypt runs on libuv's pool: fewer threads than cores, so that the event loop keeps one of its own, and fewer than the pool has,
 * so that files and names are still read.
 */
const hashingSlots = (): number => {
  const poolThreads = Number(process.env['UV_THREADPOOL_SIZE'] ?? defaultPoolThreads) || defaultPoolThreads;
  return Math.max(1, Math.min(availableParallelism(), poolThreads) - 1);
};

/** bcrypt reads 72 bytes and stops at NUL: a digest in base64, 64 characters, makes every byte of the password count. */
const digest = (password: string, { key }: Pepper): string =>
  (key === undefined ? createHash('sha384') : createHmac('sha384', key)).update(password).digest('base64');

/** Before its digest, a hash says its version, its cost and its salt. */
const saltOf = ({ passwordHash }: StoredPassword): string => passwordHash.slice(0, 29);

/** A digest that no password has. */
const digestOfNobody = '.'.repeat(31);
/** Has the form and the cost of a hash, and is none. */
const hashOfNobody = (cost: number): string => bcrypt.genSaltSync(cost) + digestOfNobody;

/** In the place of a stored password: no password matches it, and trying takes as long as before. */
export const noPasswordInPlaceOf = (stored: StoredPassword): StoredPassword => ({ passwordHash: saltOf(stored) + digestOfNobody, pepperId: stored.pepperId });

export const createPasswords = ({ peppers, bcryptCost, logger }: PasswordsOptions): Passwords => {
  const slots = hashingSlots();
  const queue = createBoundedQueue({ slots, places: slots * placesPerSlot, waitMs });
  const nobody = hashOfNobody(bcryptCost);

  /**
   * A hash that was made at a lower cost is compared sooner, so a wrong password also pays what is missing: each step of cost doubles the work,
   * and the steps from the old to today's come to just the difference. Otherwise the clock would tell who has had an account for long.
   */
  const compare = async (digested: string, hash: string): Promise<boolean> => {
    const isEqual = await bcrypt.compare(digested, hash);
    for (let cost = bcrypt.getRounds(hash); !isEqual && cost < bcryptCost; cost++) await bcrypt.compare(digested, hashOfNobody(cost));
    return isEqual;
  };

  const isUpToDate = ({ passwordHash, pepperId }: StoredPassword): boolean => pepperId === peppers.current.id && bcrypt.getRounds(passwordHash) === bcryptCost;

  return {
    async hash(password, beside) {
      // Made at once: bcrypt's own way takes a turn on the pool, and with it the clock would tell that there was nothing to take the salt from.
      const salt = beside !== undefined && isUpToDate(beside) ? saltOf(beside) : bcrypt.genSaltSync(bcryptCost);
      const passwordHash = await queue.run(() => bcrypt.hash(digest(password, peppers.current), salt));
      return { passwordHash, pepperId: peppers.current.id };
    },
    async verify(password, stored) {
      const pepper = stored === undefined ? undefined : peppers.accepted.get(stored.pepperId);
      if (stored !== undefined && pepper === undefined) {
        logger.error({ pepperId: stored.pepperId }, 'a password is hashed with a pepper that is not configured; set PASSWORD_PEPPER_PREVIOUS to it');
      }
      const hash = stored === undefined || pepper === undefined ? nobody : stored.passwordHash;
      const equal = await queue.run(() => compare(digest(password, pepper ?? peppers.current), hash));
      const matches = equal && stored !== undefined && pepper !== undefined;
      return { matches, outdated: matches && !isUpToDate(stored) };
    },
  };
};
