import { setTimeout as pause } from 'node:timers/promises';
import { Refusal, type InternalCaller, type Logger } from '@chat-backend/service-kit';

export interface RevokedSessionsOptions {
  internal: Pick<InternalCaller, 'call'>;
  logger: Logger;
  /** Some ended that were not known to have ended. */
  onRevoked: () => void;
}

/** The sessions whose access tokens may still live and are worth nothing any more. */
export interface RevokedSessions {
  has(sessionId: string): boolean;
  /** Learned from an event, which may never come: asking is what makes it sure. */
  add(sessionIds: readonly string[]): void;
  /** Resolves when auth has told once what is revoked: until then nobody can be let in. @throws Refusal UNAVAILABLE after a while */
  known(): Promise<void>;
  isKnown(): boolean;
  stop(): void;
}

const askEveryMs = 1_000;
const knownWithinMs = 5_000;
/** Longer than any access token lives. */
const rememberMs = 25 * 60 * 60 * 1000;

/** Asks auth each second what was revoked since, whether or not an event told it. While auth is away, what is known goes on to count. */
export const followRevokedSessions = ({ internal, logger, onRevoked }: RevokedSessionsOptions): RevokedSessions => {
  /** Session → when it was learned; oldest first. */
  const learnedAt = new Map<string, number>();
  const stopped = new AbortController();
  let cursor = 0;
  let failing = false;
  let answered = false;
  let tellFirstAnswer = (): void => {};
  const firstAnswer = new Promise<void>((resolve) => { tellFirstAnswer = resolve; });

  const forgetOld = (): void => {
    for (const [sessionId, at] of learnedAt) {
      if (at > Date.now() - rememberMs) return;
      learnedAt.delete(sessionId);
    }
  };

  const add = (sessionIds: readonly string[]): void => {
    const fresh = sessionIds.filter((sessionId) => !learnedAt.has(sessionId));
    for (const sessionId of fresh) learnedAt.set(sessionId, Date.now());
    if (fresh.length > 0) onRevoked();
  };

  const ask = async (): Promise<void> => {
    try {
      const reply = await internal.call('revoked-since', { cursor });
      cursor = reply.cursor;
      add(reply.sessionIds);
      answered = true;
      tellFirstAnswer();
      failing = false;
    } catch (error) {
      if (!failing) logger.warn({ err: error }, 'auth does not tell which sessions ended; asking on');
      failing = true;
    }
    forgetOld();
  };

  const keepAsking = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await ask();
      await pause(askEveryMs, undefined, { ref: false, signal: stopped.signal }).catch(() => undefined);
    }
  };
  void keepAsking();

  return {
    has: (sessionId) => learnedAt.has(sessionId),
    add,
    isKnown: () => answered,
    async known() {
      if (answered) return;
      const late = pause(knownWithinMs, undefined, { ref: false }).then(() => { throw new Refusal('UNAVAILABLE'); });
      await Promise.race([firstAnswer, late]);
    },
    stop() { stopped.abort(); },
  };
};
