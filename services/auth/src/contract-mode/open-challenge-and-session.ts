import { newId, type AuditedCall } from '@chat-backend/database';
import type { Call } from '@chat-backend/service-kit';
import type { HeldAccount } from '../accounts/sign-in';
import { deriveCode } from '../challenges/derive-code';
import type { HandlePurpose } from '../challenges/handles';
import { openChallenge } from '../challenges/open-challenge';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import type { SessionTokens } from '../sessions/access-token';
import type { Ended } from '../sessions/end-sessions';
import { startSession } from '../sessions/start-session';

export interface OpenedInContractMode { otp: string; tokens: SessionTokens; mailId: string | undefined; /** To be announced after the commit. */ ended: Ended }

/** Who asks, as far as it is known. */
type From = AuditedCall & Pick<Call<unknown>, 'userAgent'>;

/** What the documented register, login and forgot-password have in common: a code, and a token that is good for everything. The caller holds the account. */
export const openChallengeAndSession = async (
  dependencies: AuthDependencies, tables: AuthTables, from: From, account: Pick<HeldAccount, 'id' | 'email' | 'disabledAt'>, purpose: HandlePurpose,
): Promise<OpenedInContractMode> => {
  const challengeId = newId();
  const mailId = await openChallenge(tables, { id: challengeId, user: account, purpose, codesPerHour: dependencies.codesPerHour });
  const { tokens, ended } = await startSession(dependencies, tables, from, { account, userAgent: from.userAgent, challengeId });
  return { otp: deriveCode(dependencies.codeKeys[0], challengeId, 1), tokens, mailId, ended };
};
