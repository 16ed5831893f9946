import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of bytes between clients and the server:
 * - `good`: they pass;
 * - `slow`: each piece comes a while later, in order;
 * - `trickling`: one byte at a time; what has piled up when it ends passes at once;
 * - `deaf`: what the server says is thrown away, so that it did what nobody hears of. A stream with a hole is worth nothing: its connections are
 *   cut when this ends.
 */
export type Weather = 'good' | 'slow' | 'trickling' | 'deaf';

export interface FaultyProxy {
  url: string;
  set(weather: Weather): void;
  /** Cuts every connection at once, without a farewell. */
  reset(): void;
  close(): Promise<void>;
}

const slowByMs = 150;
/** The rest of a piece passes whole, so that a long page does not take minutes. */
const trickledBytes = 200;

/** One direction of a connection: passes on what comes, in order, as the weather is at its coming. */
const createWay = (to: Socket, isFromServer: boolean, weather: () => Weather): ((piece: Buffer) => void) => {
  let before: Promise<void> = Promise.resolve();
  const write = (piece: Buffer): void => { if (!to.destroyed) to.write(piece); };
  const wait = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });

  const trickle = async (piece: Buffer): Promise<void> => {
    let at = 0;
    for (; at < Math.min(piece.length, trickledBytes) && weather() === 'trickling'; at += 1) {
      write(piece.subarray(at, at + 1));
      await wait(1);
    }
    write(piece.subarray(at));
  };
  const pass = async (piece: Buffer, now: Weather, cameAt: number): Promise<void> => {
    if (now === 'slow') { await wait(cameAt + slowByMs - performance.now()); write(piece); return; }
    if (now === 'trickling') { await trickle(piece); return; }
    write(piece);
  };
  return (piece) => {
    const now = weather();
    if (now === 'deaf' && isFromServer) return;
    const cameAt = performance.now();
    before = before.then(() => pass(piece, now, cameAt));
  };
};

/** A network between clients and a server, on loopback, that gets bad when it is told. */
export const startFaultyProxy = async (port: number): Promise<FaultyProxy> => {
  const pairs = new Set<readonly [Socket, Socket]>();
  let weather: Weather = 'good';

  const reset = (): void => { for (const pair of [...pairs]) for (const socket of pair) socket.resetAndDestroy(); };
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', noDelay: true });
    const pair = [client, upstream] as const;
    pairs.add(pair);
    client.on('data', createWay(upstream, false, () => weather));
    upstream.on('data', createWay(client, true, () => weather));
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => { pairs.delete(pair); for (const one of pair) one.destroy(); });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(next) {
      const wasDeaf = weather === 'deaf';
      weather = next;
      if (wasDeaf) reset();
    },
    reset,
    async close() {
      const closed = once(server, 'close');
      server.close();
      reset();
      await closed;
    },
  };
};
