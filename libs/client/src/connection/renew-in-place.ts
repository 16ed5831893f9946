import { asChatError } from '../chat-error';
import type { ChatTiming } from '../options';
import type { SessionKeeper } from '../session/keep-session';
import { createAlarm, jitter } from '../waiting';
import type { Connection } from './open-connection';

export interface RenewInPlaceDependencies {
  connection: Pick<Connection, 'renew'>;
  /** The one that the connection was opened with. */
  token: string;
  session: SessionKeeper;
  timing: Pick<ChatTiming, 'retryBaseMs' | 'reconnectCapMs'>;
}

/** What a timer can wait for at most. */
const longestWaitMs = 2 ** 31 - 1;

/**
 * Gives an open connection the session's next token before its own expires, so that it need not be made again. Where that does not work, the server
 * ends the connection at the expiry, and it is made again with the next token.
 * @returns how to stop
 */
export const renewInPlace = ({ connection, token: first, session, timing }: RenewInPlaceDependencies): (() => void) => {
  const alarm = createAlarm();
  let isStopped = false;
  let failures = 0;
  let held = first;

  const renew = async (): Promise<void> => {
    try {
      const token = await session.freshToken();
      if (isStopped) return;
      if (token !== held) await connection.renew(token);
      held = token;
      failures = 0;
      setForExpiry();
    } catch (error) {
      // A server that knows no such event is asked no more; whoever is not signed in any more has no connection either.
      if (isStopped || asChatError(error).code === 'ENDPOINT_NOT_FOUND') return;
      alarm.set(jitter(timing.retryBaseMs, timing.reconnectCapMs, failures), () => { void renew(); });
      failures += 1;
    }
  };

  const setForExpiry = (): void => {
    const { expiresAt, refreshToken } = session.current() ?? {};
    if (expiresAt === undefined || refreshToken === undefined || isStopped) return;
    alarm.set(Math.min(Math.max(expiresAt - Date.now(), 0), longestWaitMs), () => { void renew(); });
  };

  setForExpiry();
  return () => {
    isStopped = true;
    alarm.clear();
  };
};
