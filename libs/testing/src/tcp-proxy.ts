import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands between two peers, and fails as networks do. */
export interface TcpProxy {
  port: number;
  /** Forwards nothing more and closes nothing: what a peer sends is taken and lost, as behind a cable that was pulled. */
  stall(): void;
  /** Ends the connections on which the client has said this, and takes no new ones. */
  cut(said: string): void;
  /** Takes connections again. */
  mend(): void;
  close(): Promise<void>;
}

export const startTcpProxy = async (targetPort: number): Promise<TcpProxy> => {
  const pairs = new Set<{ client: Socket; target: Socket; said: string }>();
  let isCut = false;

  const server = createServer((client) => {
    if (isCut) { client.destroy(); return; }
    const target = connect(targetPort, '127.0.0.1');
    const pair = { client, target, said: '' };
    pairs.add(pair);
    client.on('data', (bytes: Buffer) => { pair.said += bytes.toString('latin1').toLowerCase(); });
    client.pipe(target);
    target.pipe(client);
    for (const [one, other] of [[client, target], [target, client]] as const) {
      one.on('error', () => undefined);
      one.once('close', () => { other.destroy(); pairs.delete(pair); });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    stall() {
      for (const { client, target } of pairs) {
        for (const socket of [client, target]) socket.unpipe().resume();
      }
    },
    cut(said) {
      isCut = true;
      for (const pair of pairs) if (pair.said.includes(said)) pair.client.destroy();
    },
    mend() { isCut = false; },
    async close() {
      for (const { client } of pairs) client.destroy();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
};
