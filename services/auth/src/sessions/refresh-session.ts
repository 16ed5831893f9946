import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { recordAudit } from '@chat-backend/database';
import { Refusal, type Call } from '@chat-backend/service-kit';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { signAccess, type SessionTokens } from './access-token';
import { announceEnd, endSession, nothingEnded, type Ended } from './end-sessions';
import { hashRefreshToken, issueRefreshToken } from './issue-refresh-token';

type Endpoint = typeof accounts.refreshToken;

/** A reply may be lost on its way: for so long the token before the last is taken once more. */
const graceSeconds = 10;

interface GivenToken {
  sessionId: string;
  userId: string;
  isRevoked: boolean;
  /** Not positive: the session is over. */
  secondsLeft: number;
  /** How long ago the token was used; null: never. */
  usedSecondsAgo: number | null;
}

/** Holds the token's row, so that of two uses at one moment one is the second. */
const findToken = async (tables: AuthTables, hash: string): Promise<GivenToken | undefined> => {
  const [found] = await tables.$queryRaw<GivenToken[]>`
    select s.id as "sessionId", s.user_id as "userId", s.revoked_at is not null as "isRevoked",
      extract(epoch from s.expires_at - clock_timestamp())::float8 as "secondsLeft",
      extract(epoch from clock_timestamp() - t.used_at)::float8 as "usedSecondsAgo"
    from refresh_tokens t join sessions s on s.id = t.session_id
    where t.hash = ${hash} for no key update of t`;
  return found;
};

type Outcome = { tokens: SessionTokens } | { refusal: Refusal; ended: Ended };

/**
 * Exchanges a refresh token for the next pair. A token that comes again later than a lost reply explains was stolen, from the client or by it: the session ends.
 * @throws Refusal TOKEN_INVALID, TOKEN_EXPIRED, SESSION_REVOKED
 */
export const refreshSession = (dependencies: AuthDependencies) => async ({ body, ...origin }: Call<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const hash = hashRefreshToken(body.refreshToken);
  // A refusal is returned and not thrown: the end of the session must be committed.
  const outcome = await dependencies.database.transaction(async (tables): Promise<Outcome> => {
    const given = await findToken(tables, hash);
    if (given === undefined) return { refusal: new Refusal('TOKEN_INVALID'), ended: nothingEnded };
    if (given.isRevoked) return { refusal: new Refusal('SESSION_REVOKED'), ended: nothingEnded };
    if (given.secondsLeft <= 0) return { refusal: new Refusal('TOKEN_EXPIRED'), ended: nothingEnded };
    if (given.usedSecondsAgo !== null && given.usedSecondsAgo > graceSeconds) {
      await recordAudit(tables, origin, { action: 'refresh-token.reused', subjectId: given.userId, objectId: given.sessionId });
      return { refusal: new Refusal('SESSION_REVOKED'), ended: await endSession(tables, origin, given.userId, given.sessionId) };
    }
    await tables.$executeRaw`update refresh_tokens set used_at = clock_timestamp() where hash = ${hash} and used_at is null`;
    const refreshToken = await issueRefreshToken(tables, given.sessionId);
    return { tokens: { ...signAccess(dependencies, { ...given, sessionSecondsLeft: given.secondsLeft }), refreshToken } };
  });
  if ('tokens' in outcome) return { data: outcome.tokens };
  announceEnd(dependencies, outcome.ended);
  throw outcome.refusal;
};
