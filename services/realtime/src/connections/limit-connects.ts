import { connectionLimits } from '@chat-backend/contracts';
import type { Socket as EngineConnection } from 'engine.io';
import type { Packet } from './unsent-bytes';

interface Engine { on(event: 'connection', listener: (connection: EngineConnection) => void): void }

export interface LimitConnectsOptions {
  /** Multiplies the limit; 0 switches it off. */
  factor: number;
  onRefused: () => void;
}

/** As Socket.IO reads it: nothing is a zero, too. */
const asksToBeLetIn = ({ type, data }: Packet): boolean => type === 'message' && typeof data === 'string' && (data === '' || data.startsWith('0'));

/**
 * Ends connections that ask to be let in again and again. Whom it is refused asks a second time on the same connection, and no limit of handshakes sees that: but each time
 * a token is checked and, where it is good, messaging asked for groups; and one frame holds twenty thousand such questions.
 */
export const limitConnects = (engine: Engine, { factor, onRefused }: LimitConnectsOptions): void => {
  if (factor === 0) return;
  const { calls, seconds } = connectionLimits.connects;
  const atMost = Math.max(1, Math.round(calls * factor));
  // Those of a moment ago are forgotten together: an idle connection costs nothing.
  let asked = new WeakMap<EngineConnection, number>();
  let since = performance.now();

  function count(this: EngineConnection, packet: Packet): void {
    if (!asksToBeLetIn(packet)) return;
    if (performance.now() - since > seconds * 1000) {
      asked = new WeakMap();
      since = performance.now();
    }
    const times = (asked.get(this) ?? 0) + 1;
    asked.set(this, times);
    if (times !== atMost + 1) return;
    onRefused();
    // Until it is closed, which its client may put off, nobody listens to what it says.
    this.removeAllListeners('data');
    this.close(true);
  }
  engine.on('connection', (connection) => { connection.on('packet', count); });
};
