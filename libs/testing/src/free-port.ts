import { createServer, type AddressInfo } from 'node:net';

/** A loopback port that nobody listens on now. Somebody else may take it before you do: start again then. */
export const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const server = createServer().once('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    server.close(() => resolve(port));
  });
});
