import type { Duplex } from 'node:stream';

/** How long the rest of what was written may take to leave when the other end is gone. */
const flushMs = 5_000;

const endSoon = (socket: Duplex): void => {
  if (socket.destroyed) return;
  const timer = setTimeout(() => { socket.destroy(); }, flushMs);
  socket.once('close', () => { clearTimeout(timer); });
  socket.once('finish', () => { socket.destroy(); });
  socket.end();
};

/** Makes one connection of two, with back-pressure both ways. When one end goes, the other follows, as soon as it has what was on its way. */
export const joinSockets = (one: Duplex, other: Duplex): void => {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    // What broke the connection is told by the close that follows.
    from.on('error', () => { from.destroy(); });
    from.once('close', () => { endSoon(to); });
    from.pipe(to);
  }
};
