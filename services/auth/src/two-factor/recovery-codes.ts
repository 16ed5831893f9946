import { createHash, randomBytes } from 'node:crypto';
import type { AuthTables } from '../db';

const codesOfUser = 10;
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const [groups, lettersInGroup] = [4, 6];

/** 120 random bits: nobody guesses one, so their number is not bounded and a plain digest is enough to keep them by. */
const newCode = (): string => {
  const letters = [...randomBytes(groups * lettersInGroup)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return Array.from({ length: groups }, (_, group) => letters.slice(group * lettersInGroup, (group + 1) * lettersInGroup)).join('-');
};

const hashOf = (userId: string, code: string): string => createHash('sha256').update(`${userId}:${code.toLowerCase()}`).digest('hex');

/** Longer than six digits, and with letters. */
export const isRecoveryCode = (given: string): boolean => given.includes('-');

/** Makes a user's ten codes in place of those before. They are returned this once. The caller holds the account. */
export const makeRecoveryCodes = async (tables: AuthTables, userId: string): Promise<string[]> => {
  const codes = Array.from({ length: codesOfUser }, newCode);
  await tables.recoveryCode.deleteMany({ where: { userId } });
  await tables.recoveryCode.createMany({ data: codes.map((code) => ({ userId, hash: hashOf(userId, code) })) });
  return codes;
};

/** Takes a code, once for ever. @returns whether there was such a code, and it was not used */
export const useRecoveryCode = async (tables: AuthTables, userId: string, code: string): Promise<boolean> => {
  const { count } = await tables.recoveryCode.updateMany({ where: { userId, hash: hashOf(userId, code), usedAt: null }, data: { usedAt: new Date() } });
  return count === 1;
};
