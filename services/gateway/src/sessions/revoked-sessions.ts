import type { ProcessContext } from '@chat-backend/service-kit';

/** Longer than any access token lives (a day, in contract mode): after that the expiry refuses what revocation refused. */
const rememberedMs = 25 * 60 * 60 * 1000;
const askEveryMs = 1_000;

export interface RevokedSessions {
  has(sessionId: string): boolean;
  /** Whether auth has told which sessions were revoked before this process came. */
  isKnown(): boolean;
  close(): void;
}

/**
 * The sessions that have ended while access tokens of theirs may still live. Announced by auth and, as an announcement may be lost,
 * asked for each second: a revocation holds here within 2 s.
 */
export const followRevokedSessions = ({ events, internal, logger }: Pick<ProcessContext, 'events' | 'internal' | 'logger'>): RevokedSessions => {
  /** In the order of their learning, so that the oldest stand first. */
  const learnedAt = new Map<string, number>();
  let cursor = 0;
  let isKnown = false;
  let isFailing = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const learn = (sessionIds: readonly string[]): void => {
    for (const sessionId of sessionIds) if (!learnedAt.has(sessionId)) learnedAt.set(sessionId, Date.now());
  };

  const forgetExpired = (): void => {
    const oldest = Date.now() - rememberedMs;
    for (const [sessionId, at] of learnedAt) {
      if (at > oldest) return;
      learnedAt.delete(sessionId);
    }
  };

  const ask = async (): Promise<void> => {
    try {
      const answer = await internal.call('revoked-since', { cursor });
      learn(answer.sessionIds);
      cursor = answer.cursor;
      isKnown = true;
      isFailing = false;
      forgetExpired();
    } catch (error) {
      if (!isFailing) logger.warn({ err: error }, 'cannot ask which sessions were revoked; trying each second');
      isFailing = true;
    }
  };

  const askAgainAndAgain = (): void => {
    void ask().finally(() => {
      if (!isClosed) timer = setTimeout(askAgainAndAgain, askEveryMs).unref();
    });
  };

  events.on('session.revoked', ({ sessionIds }) => { learn(sessionIds); });
  askAgainAndAgain();

  return {
    has: (sessionId) => learnedAt.has(sessionId),
    isKnown: () => isKnown,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
};
