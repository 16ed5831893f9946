import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { judgeConnection, type Sessions } from './judge-connection';
import { readServedDocuments } from './served-documents';

/** Stands before a product: whoever talks to it talks through here, and everything that it answers is judged by the documents that it serves. */
export interface DocumentGuard {
  /** An address that leads to that of the product. */
  before(url: string): Promise<string>;
  /** Ends, prints what was counted, and fails if anything was not as documented. */
  close(): Promise<void>;
}

const shownFaults = 5;
const print = (line: string): void => { process.stdout.write(`${line}\n`); };

/** Bytes pass as they are; each is looked at before it is handed on, so that a reply is judged when its caller gets it. */
const join = (client: Socket, target: Socket, look: { fromClient(piece: Buffer): void; fromServer(piece: Buffer): void }): void => {
  client.on('data', look.fromClient).pipe(target);
  target.on('data', look.fromServer).pipe(client);
  for (const [one, other] of [[client, target], [target, client]] as const) {
    one.on('error', () => undefined);
    one.once('close', () => { other.destroySoon(); });
  }
};

/**
 * Reads the documents of the product that is reached at `url` and judges by them, at the level of bytes: no client gets around it, whatever it
 * is made of, as no address of the product itself is handed out.
 */
export const standBefore = async (what: string, url: string): Promise<DocumentGuard> => {
  const documents = await readServedDocuments(url);
  const sessions: Sessions = new Map();
  const faults: string[] = [];
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const closing: (() => Promise<void>)[] = [];

  const tell = (operation: string, fault: string | undefined): void => {
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
    if (fault !== undefined) faults.push(fault);
  };
  const counted = (fits: (operation: string) => boolean): number => [...counts].filter(([operation]) => fits(operation)).reduce((sum, [, count]) => sum + count, 0);
  const kinds = (beginning: string): number => [...counts.keys()].filter((operation) => operation.startsWith(beginning)).length;

  return {
    async before(target) {
      const port = Number(new URL(target).port);
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
        const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
        for (const socket of [client, upstream]) sockets.add(socket.once('close', () => { sockets.delete(socket); }));
        join(client, upstream, judgeConnection(documents, sessions, tell));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closing.push(() => new Promise((resolve) => { server.close(() => { resolve(); }); }));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(closing.map((close) => close()));
      const all = counted(() => true);
      const events = counted((operation) => /^(pushed|acknowledged|connect|packet)/.test(operation));
      print(`documents: ${what}: ${all - faults.length} of ${all} answers as documented: ${all - events} replies (${kinds('POST /api/')} calls), `
        + `${counted((operation) => operation.startsWith('acknowledged'))} acknowledgements, ${counted((operation) => operation.startsWith('pushed'))} pushes (${kinds('pushed')} events)`);
      expect({ undocumented: faults.slice(0, shownFaults), more: Math.max(0, faults.length - shownFaults) }).toEqual({ undocumented: [], more: 0 });
    },
  };
};
