import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Node drops some of very many headers, and what says where the body ends may be among them. */
const headersAtMost = 500;

const asksForWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** What only belongs to the upgrade (RFC 9110, 7.8; RFC 7540, 3.2.1). */
const ofUpgrade = new Set(['upgrade', 'http2-settings']);

const withoutUpgrade = (connection: string): string => connection.split(',').filter((option) => !ofUpgrade.has(option.trim().toLowerCase())).join(',').trim();

/** The head of the request as it came, without the wish. */
const plainHead = ({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer => {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = [rawHeaders[index], rawHeaders[index + 1]];
    if (ofUpgrade.has(name.toLowerCase())) continue;
    lines.push(`${name}: ${name.toLowerCase() === 'connection' ? withoutUpgrade(value) : value}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
};

/**
 * Puts itself before the listeners that there are: they get upgrades to WebSocket. Others are only a wish, which RFC 9110, 7.8 lets a server ignore: Java's client and
 * `curl --http2` ask for HTTP/2 with every call, and take an answer of HTTP/1.1. Node hands such calls to whoever takes upgrades; here they go back to it as plain ones.
 */
export const ignoreOtherUpgrades = (server: Server): void => {
  const listeners = server.listeners('upgrade') as UpgradeListener[];
  if (listeners.length === 0) return;
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (asksForWebSocket(request)) {
      for (const listener of listeners) listener.call(server, request, socket, head);
      return;
    }
    if (request.rawHeaders.length > 2 * headersAtMost) { socket.destroy(); return; }
    socket.unshift(Buffer.concat([plainHead(request), head]));
    server.emit('connection', socket);
  });
};
