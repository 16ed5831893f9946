import type { CaughtMail } from './catch-mails';

export interface MailVerdict {
  /** Addresses that got nothing. */
  missing: string[];
  /** Mails beyond the first of each address. */
  doubled: number;
  /** Addresses that got more than two. */
  tooMany: string[];
  /** Addresses whose mails do not hold the same code, or none. */
  otherCode: string[];
}

/** What arrived, against what was asked for. Pure. */
export const judgeMails = (addresses: readonly string[], caught: readonly CaughtMail[]): MailVerdict => {
  const codes = new Map<string, string[]>(addresses.map((address) => [address, []]));
  for (const { to, code } of caught) codes.get(to)?.push(code);
  const chosen = (isMeant: (received: string[]) => boolean): string[] => [...codes].filter(([, received]) => isMeant(received)).map(([address]) => address);
  return {
    missing: chosen((received) => received.length === 0),
    doubled: [...codes.values()].reduce((sum, received) => sum + Math.max(0, received.length - 1), 0),
    tooMany: chosen((received) => received.length > 2),
    otherCode: chosen((received) => received.length > 0 && (new Set(received).size > 1 || !/^\d{6}$/.test(received[0] ?? ''))),
  };
};
