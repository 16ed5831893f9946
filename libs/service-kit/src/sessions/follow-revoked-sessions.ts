import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessContext } from '../process/service';
import { Refusal } from '../refusal';

/** The sessions whose access tokens may still live and are worth nothing any more. */
export interface RevokedSessions {
  has(sessionId: string): boolean;
  /** Whether it ended with its account. */
  isOfDeletedAccount(sessionId: string): boolean;
  /** Whether auth has told which sessions were revoked before this process came: until then nobody can be let in. */
  isKnown(): boolean;
  /** Resolves when it is known. @throws Refusal UNAVAILABLE after a while */
  known(): Promise<void>;
  stop(): void;
}

const askEveryMs = 1_000;
const knownWithinMs = 5_000;
/** Longer than any access token lives (a day, in contract mode): after that the expiry refuses what revocation refused. */
const rememberMs = 25 * 60 * 60 * 1000;

/**
 * Follows which sessions ended. Auth announces them and, as an announcement may be lost, is asked for them each second: a revocation
 * holds here within 2 s. While auth is away, what is known goes on to count.
 * @param onRevoked told when some ended that were not known to have ended
 */
export const followRevokedSessions = (
  { events, internal, logger }: Pick<ProcessContext, 'events' | 'logger'> & { internal: Pick<ProcessContext['internal'], 'call'> }, onRevoked: () => void = () => {},
): RevokedSessions => {
  /** Session → when it was learned; oldest first. */
  const learnedAt = new Map<string, number>();
  const ofDeletedAccounts = new Set<string>();
  const stopped = new AbortController();
  let cursor = 0;
  let isFailing = false;
  let isKnown = false;
  let tellFirstAnswer = (): void => {};
  const firstAnswer = new Promise<void>((resolve) => { tellFirstAnswer = resolve; });

  const forgetOld = (): void => {
    for (const [sessionId, at] of learnedAt) {
      if (at > performance.now() - rememberMs) return;
      learnedAt.delete(sessionId);
      ofDeletedAccounts.delete(sessionId);
    }
  };

  const learn = (sessionIds: readonly string[], deleted: readonly string[]): void => {
    const fresh = sessionIds.filter((sessionId) => !learnedAt.has(sessionId));
    for (const sessionId of fresh) learnedAt.set(sessionId, performance.now());
    for (const sessionId of deleted) ofDeletedAccounts.add(sessionId);
    if (fresh.length > 0) onRevoked();
  };

  const ask = async (): Promise<void> => {
    try {
      const reply = await internal.call('revoked-since', { cursor });
      cursor = reply.cursor;
      learn(reply.sessionIds, reply.ofDeletedAccounts ?? []);
      isKnown = true;
      tellFirstAnswer();
      isFailing = false;
    } catch (error) {
      // A process that stops takes the database with it: that a question under way has no answer then is nobody's concern.
      if (!isFailing && !stopped.signal.aborted) logger.warn({ err: error }, 'auth does not tell which sessions ended; asking on');
      isFailing = true;
    }
    forgetOld();
  };

  const keepAsking = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await ask();
      await pause(askEveryMs, undefined, { ref: false, signal: stopped.signal }).catch(() => undefined);
    }
  };
  events.on('session.revoked', ({ sessionIds, accountDeleted }) => { learn(sessionIds, accountDeleted === true ? sessionIds : []); });
  void keepAsking();

  return {
    has: (sessionId) => learnedAt.has(sessionId),
    isOfDeletedAccount: (sessionId) => ofDeletedAccounts.has(sessionId),
    isKnown: () => isKnown,
    async known() {
      if (isKnown) return;
      const late = pause(knownWithinMs, undefined, { ref: false }).then(() => { throw new Refusal('UNAVAILABLE'); });
      await Promise.race([firstAnswer, late]);
    },
    stop() { stopped.abort(); },
  };
};
