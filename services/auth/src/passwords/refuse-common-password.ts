import { Refusal } from '@chat-backend/service-kit';
import { isCommonPassword } from './common-passwords';

/** The address, or what stands before its `@`. */
const isOfAddress = (password: string, email: string): boolean => {
  const [given, address] = [password.trim().toLowerCase(), email.toLowerCase()];
  return given === address || given === address.slice(0, address.lastIndexOf('@'));
};

/**
 * Refuses what whoever guesses tries first. It depends on what the caller sent alone, so it tells nothing of an account.
 * @throws Refusal PASSWORD_TOO_COMMON
 */
export const refuseCommonPassword = async (password: string, email: string): Promise<void> => {
  if (await isCommonPassword(password) || isOfAddress(password, email)) throw new Refusal('PASSWORD_TOO_COMMON');
};
