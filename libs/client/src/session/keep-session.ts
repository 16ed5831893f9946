import { asChatError, ChatError } from '../chat-error';
import type { Report } from '../emitter';
import type { Post } from '../calls/post';
import type { SessionEnded } from '../contract';
import type { StoredValue } from '../storage';
import { isSameSession, userIdOfToken } from './read-token';

/** What signing in answers. Without a refresh token the session ends with its access token. */
export interface SessionTokens { token: string; refreshToken?: string | undefined; expiresIn?: number | undefined }

export interface Session {
  userId: string;
  token: string;
  refreshToken?: string;
  /** When the access token expires, by this device's clock, in milliseconds. */
  expiresAt?: number;
}

export interface SessionKeeper {
  /** The session that was given or stored, if any: known once this has resolved. */
  restored(): Promise<Session | undefined>;
  current(): Session | undefined;
  /** @throws ChatError INVALID_REPLY: the token names nobody */
  begin(tokens: SessionTokens): Promise<Session>;
  /** An access token that does not expire in the next moments. @throws ChatError */
  freshToken(): Promise<string>;
  /** Another token than this one, which was refused. @throws ChatError */
  replaceToken(refused: string): Promise<string>;
  /**
   * The server knows the session of this token no more. @returns whether it goes on: with another one that was begun since, here, or by another window
   * for the same user. Else it has ended
   */
  revoked(token: string, why: SessionEnded): Promise<boolean>;
  end(why: SessionEnded): Promise<void>;
}

export interface SessionDependencies {
  post: Post;
  stored: StoredValue<Session>;
  given: SessionTokens | undefined;
  report: Report;
  /** Called once for each session, after it was forgotten. */
  onEnded: (why: SessionEnded) => void;
}

/** Renewed so long before it expires, or with a tenth of its life left if that is shorter. */
const renewBeforeMs = 60_000;
/** A lost reply is covered by the server's ten seconds of grace: so often, and so soon, a renewal is tried again. */
const renewals = 3;
const renewalWaitMs = 1_000;
const renewalTimeoutMs = 4_000;

const sessionOf = ({ token, refreshToken, expiresIn }: SessionTokens, userId: string): Session => ({
  userId, token,
  ...(refreshToken === undefined ? {} : { refreshToken }),
  ...(expiresIn === undefined ? {} : { expiresAt: Date.now() + expiresIn * 1000 - Math.min(renewBeforeMs, expiresIn * 100) }),
});

const isOver = ({ expiresAt }: Session): boolean => expiresAt !== undefined && Date.now() >= expiresAt;

/**
 * Keeps who is signed in. One renewal at a time serves everybody who waits for it; a refresh token is good once, so its successor is stored
 * before anybody hears of it. A refused renewal ends the session, unless another window of the storage has begun the next one of the same user.
 */
export const keepSession = ({ post, stored, given, report, onEnded }: SessionDependencies): SessionKeeper => {
  let session: Session | undefined;
  let renewal: Promise<string> | undefined;

  const store = async (next: Session): Promise<void> => {
    try {
      await stored.write(next);
    } catch (cause) {
      report({ code: 'STORAGE', message: 'The session could not be stored', cause });
    }
  };

  const start = async (tokens: SessionTokens): Promise<Session> => {
    const userId = userIdOfToken(tokens.token);
    if (userId === undefined) throw new ChatError('INVALID_REPLY', 'The token names no user');
    const started = sessionOf(tokens, userId);
    await store(started);
    session = started;
    return started;
  };

  const end: SessionKeeper['end'] = async (why) => {
    await restoring.catch(() => undefined);
    const ended = session;
    if (ended === undefined) return;
    session = undefined;
    // While this window slept, another one may have signed out, and in again: that session is not this one's to forget.
    const kept = await stored.read();
    if (kept === undefined || isSameSession(kept.token, ended.token)) await stored.remove();
    // What it is told may be an error, and more than that.
    onEnded({ code: why.code, message: why.message, ...(why.reason === undefined ? {} : { reason: why.reason }) });
  };

  const revoked: SessionKeeper['revoked'] = async (token, why) => {
    const isThis = (one: Session): boolean => isSameSession(one.token, token);
    const other = await stored.read();
    // Begun here since: it goes on, but what was asked for somebody else is not asked again as its user.
    if (session === undefined || !isThis(session)) return session !== undefined && session.userId === userIdOfToken(token);
    if (other?.userId === session.userId && !isThis(other)) {
      session = other;
      return true;
    }
    await end(why);
    return false;
  };

  /** Another window with the same storage may have renewed it: the refresh token that is here is used up then. */
  const renewedElsewhere = async (mine: Session): Promise<Session | undefined> => {
    const other = await stored.read();
    return other?.userId === mine.userId && other.refreshToken !== mine.refreshToken ? other : undefined;
  };

  const askForTokens = async (refreshToken: string, tries = 1): Promise<SessionTokens> => {
    try {
      return ((await post('refresh-token', { refreshToken }, { timeoutMs: renewalTimeoutMs })) as { data: SessionTokens }).data;
    } catch (error) {
      if (asChatError(error).status === 401 || tries === renewals) throw error;
      await new Promise((resolve) => { setTimeout(resolve, Math.random() * renewalWaitMs); });
      return askForTokens(refreshToken, tries + 1);
    }
  };

  const renew = async (mine: Session): Promise<Session> => {
    const elsewhere = await renewedElsewhere(mine);
    if (elsewhere !== undefined && !isOver(elsewhere)) return elsewhere;
    const { refreshToken } = elsewhere ?? mine;
    if (refreshToken === undefined) throw new ChatError('TOKEN_EXPIRED', 'The session has no refresh token', { status: 401 });
    return sessionOf(await askForTokens(refreshToken), mine.userId);
  };

  const renewCurrent = async (): Promise<string> => {
    const mine = session;
    if (mine === undefined) throw new ChatError('NO_SESSION', 'Nobody is signed in');
    try {
      const next = await renew(mine);
      if (session === mine) await store(next);
      if (session !== mine) throw new ChatError('SESSION_ENDED', 'The session ended meanwhile');
      session = next;
      return next.token;
    } catch (error) {
      const failure = asChatError(error);
      if (failure.status !== 401 || session !== mine) throw failure;
      if (await revoked(mine.token, failure)) return renewCurrent();
      throw new ChatError('SESSION_ENDED', failure.message, { cause: failure });
    }
  };

  const renewOnce = (): Promise<string> => {
    renewal ??= renewCurrent().finally(() => { renewal = undefined; });
    return renewal;
  };

  const restoring = (async () => given === undefined ? (session = await stored.read()) : start(given))();
  restoring.catch(() => undefined);

  return {
    async restored() {
      await restoring;
      return session;
    },
    current: () => session,
    async begin(tokens) {
      await restoring.catch(() => undefined);
      return start(tokens);
    },
    async freshToken() {
      await restoring;
      if (session === undefined) throw new ChatError('NO_SESSION', 'Nobody is signed in');
      return isOver(session) ? renewOnce() : session.token;
    },
    async replaceToken(refused) {
      return session !== undefined && session.token !== refused ? session.token : renewOnce();
    },
    revoked, end,
  };
};
