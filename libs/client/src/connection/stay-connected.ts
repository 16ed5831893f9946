import { asChatError, endsSession, refusesToken } from '../chat-error';
import type { SessionEnded } from '../contract';
import type { ChatTiming } from '../options';
import type { SessionKeeper } from '../session/keep-session';
import { createAlarm, jitter } from '../waiting';
import { openConnection, type Connection, type ConnectionEnd, type Pushes } from './open-connection';
import { renewInPlace } from './renew-in-place';

export interface StayConnectedDependencies {
  url: string;
  transports: ('websocket' | 'polling')[];
  timing: ChatTiming;
  session: SessionKeeper;
  pushes: Pushes;
  onConnecting: () => void;
  onConnected: (connection: Connection) => void;
  onDisconnected: () => void;
}

export interface StayConnected {
  /** Connects, and again whenever the connection is lost; while it waits to do so, at once. */
  connect(): void;
  disconnect(): void;
  /** While it waits to connect again: when it will, in milliseconds since 1970. */
  reconnectsAt(): number | undefined;
  /** All is well: what failed before counts no more. */
  succeeded(): void;
}

/** A token that has expired is renewed at once; those of many clients expire together, so they come back over so long. */
const renewedWithinMs = 1_000;

/** Keeps one connection. Waits are random, between 0 and a bound that doubles with each failure in a row: a server that comes back is not overrun. */
export const stayConnected = ({ url, transports, timing, session, pushes, onConnecting, onConnected, onDisconnected }: StayConnectedDependencies): StayConnected => {
  const alarm = createAlarm();
  let isWanted = false;
  let failures = 0;
  let nextTryAt = 0;
  let connection: Connection | undefined;
  let stopRenewing = (): void => {};
  /** Counts tries: what belongs to an earlier one has no say any more. */
  let tries = 0;
  /** The token that the server refused last: it is replaced before the next try. */
  let refused: string | undefined;

  const waitMs = ({ refusal, reconnectAfterMs }: ConnectionEnd): number => {
    if (reconnectAfterMs !== undefined) return reconnectAfterMs;
    if (refusal !== undefined && refusesToken(refusal) && failures === 0) return jitter(Math.min(renewedWithinMs, timing.reconnectBaseMs), timing.reconnectCapMs, 0);
    return jitter(timing.reconnectBaseMs, timing.reconnectCapMs, failures);
  };

  const comeBack = (end: ConnectionEnd): void => {
    if (!isWanted) return;
    const wait = waitMs(end);
    nextTryAt = Date.now() + wait;
    alarm.set(wait, () => { void attempt(); });
    failures += 1;
  };

  /** Signing in is all that helps, unless that was done in another window. */
  const leaveSession = async (token: string, refusal: SessionEnded, end: ConnectionEnd): Promise<void> => {
    const mine = tries;
    if (await session.revoked(token, refusal) && mine === tries) comeBack(end);
  };

  const lost = (token: string, end: ConnectionEnd): void => {
    connection = undefined;
    stopRenewing();
    refused = end.refusal !== undefined && refusesToken(end.refusal) ? token : undefined;
    onDisconnected();
    if (end.refusal?.code === 'SESSION_REVOKED') void leaveSession(token, end.refusal, end);
    else comeBack(end);
  };

  const attempt = async (): Promise<void> => {
    tries += 1;
    const mine = tries;
    onConnecting();
    try {
      const token = await (refused === undefined ? session.freshToken() : session.replaceToken(refused));
      if (mine !== tries || !isWanted) return;
      refused = undefined;
      const opened = openConnection({
        url, token, transports, pushes, connectTimeoutMs: timing.connectTimeoutMs, acknowledgeTimeoutMs: timing.acknowledgeTimeoutMs,
        onOpen() {
          stopRenewing = renewInPlace({ connection: opened, token, session, timing });
          onConnected(opened);
        },
        onEnd(end) { lost(token, end); },
      });
      connection = opened;
    } catch (error) {
      if (mine !== tries || !isWanted) return;
      onDisconnected();
      if (!endsSession(asChatError(error))) comeBack({});
    }
  };

  return {
    connect() {
      if (isWanted && !alarm.isSet()) return;
      isWanted = true;
      alarm.clear();
      void attempt();
    },
    disconnect() {
      isWanted = false;
      tries += 1;
      alarm.clear();
      stopRenewing();
      connection?.close();
      connection = undefined;
      onDisconnected();
    },
    reconnectsAt: () => (alarm.isSet() ? nextTryAt : undefined),
    succeeded() { failures = 0; },
  };
};
