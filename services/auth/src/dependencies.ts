import type { DomainEvents } from '@chat-backend/events';
import type { Logger, TokenSigner } from '@chat-backend/service-kit';
import type { AuthDatabase } from './db';
import type { Passwords } from './passwords/passwords';
import type { Seal } from './two-factor/seal';

/** What the verbs work with. Each names those that it uses. */
export interface AuthDependencies {
  database: AuthDatabase;
  passwords: Passwords;
  /**
   * May the account of this address get this password? Contract mode takes every one.
   * @throws Refusal PASSWORD_TOO_COMMON
   */
  checkNewPassword: (password: string, email: string) => Promise<void>;
  signer: TokenSigner;
  /** Keys that codes are derived with: current first. */
  codeKeys: readonly [Buffer, ...Buffer[]];
  /** Wakes the delivery of a mail whose row is committed. */
  mails: { enqueue(mailId: string): Promise<void> };
  events: DomainEvents;
  logger: Logger;
  /** How many codes one account may be sent in an hour, for each purpose. */
  codesPerHour: number;
  /** How long an access token lives. */
  accessSeconds: number;
  /** Encrypts the secrets of authenticator apps. */
  seal: Seal;
  /** Hide the addresses from where codes are given: current first. */
  networkKeys: readonly [Buffer, ...Buffer[]];
  /** Wrong codes of one account that are looked at in a day; see two-factor/bound-guesses.ts. */
  wrongCodesPerDay: number;
  /** What authenticator apps call this installation. */
  issuer: string;
  /** Contract mode: replies carry the codes that are mailed. */
  exposeCodes: boolean;
}
