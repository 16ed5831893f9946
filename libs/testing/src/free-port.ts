import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections: those come and go, and one of them may have the port by the time it is used. */
const lowest = 20_000;
const count = 12_000;
/** Processes that look for ports at the same time begin at different places: what one has been told and does not use yet, no other is told. */
const portsOfAProcess = 16;
let next = process.pid * portsOfAProcess;

const isFree = (port: number): Promise<boolean> => new Promise((resolve, reject) => {
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
    else reject(error);
  });
  server.listen(port, '127.0.0.1', () => { server.close(() => { resolve(true); }); });
});

/**
 * A loopback port that nobody listens on now. Somebody else may take it before you do, though it is not likely: start again then.
 * @param except is meant for somebody already, who does not listen yet
 */
export const freePort = async (except?: number): Promise<number> => {
  for (let tried = 0; tried < count; tried += 1) {
    const port = lowest + (next % count);
    next += 1;
    if (port !== except && await isFree(port)) return port;
  }
  throw new Error(`No port from ${lowest} to ${lowest + count - 1} is free`);
};
