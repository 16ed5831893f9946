import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { lastReply, Refusal, writeFailure, type Logger } from '@chat-backend/service-kit';
import { relayReply } from '../upstreams/relay-reply';
import { joinSockets } from './join-sockets';
import type { OpenConnections } from './open-connections';
import { sendToSession, socketHeaders, socketTarget, UnknownSession, unknownSession, type SocketUpstream } from './socket-request';

const handshakeTimeoutMs = 10_000;
const keepAliveProbeMs = 60_000;

export interface UpgradeProxyOptions {
  realtime: SocketUpstream;
  connections: OpenConnections;
  logger: Logger;
  /** As far as TRUST_PROXY allows to know it. */
  clientAddressOf(request: IncomingMessage): string;
}

const replyUnknownSession = (response: ServerResponse): void => {
  response.writeHead(400, { 'content-type': 'application/json' });
  response.end(JSON.stringify(unknownSession));
};

/** The head of a 101 reply as it came: the keys of the WebSocket handshake stand in it. */
const switchingHead = ({ rawHeaders }: IncomingMessage): string => {
  const lines = ['HTTP/1.1 101 Switching Protocols'];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
};

/**
 * Hands WebSocket connections to realtime. Bytes pass freely only after realtime has switched protocols: an answer of another kind is
 * the connection's last, so that nobody can send a second request past the gateway.
 */
export const proxyUpgrade = ({ realtime, connections, logger, clientAddressOf }: UpgradeProxyOptions) => {
  const switchProtocols = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const requestId = randomUUID();
    const target = socketTarget(request.url);
    if (target === undefined || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      writeFailure(lastReply(request, socket), new Refusal('ENDPOINT_NOT_FOUND'), requestId);
      return;
    }
    try {
      const headers = { ...socketHeaders(request, { requestId, address: clientAddressOf(request) }, realtime.sign), connection: 'Upgrade', upgrade: 'websocket' };
      const { reply, upgraded } = await sendToSession(realtime, target, { method: 'GET', headers, replyTimeoutMs: handshakeTimeoutMs, waiter: socket });
      if (upgraded === undefined) {
        await relayReply(reply, lastReply(request, socket)).catch(() => { socket.destroy(); });
        return;
      }
      socket.write(switchingHead(reply));
      if (upgraded.head.length > 0) upgraded.socket.unshift(upgraded.head);
      if (head.length > 0) socket.unshift(head);
      joinSockets(socket, upgraded.socket);
    } catch (error) {
      if (socket.destroyed) return;
      if (error instanceof UnknownSession) { replyUnknownSession(lastReply(request, socket)); return; }
      logger.warn({ err: error, requestId }, 'realtime did not take a socket');
      writeFailure(lastReply(request, socket), new Refusal('UNAVAILABLE'), requestId);
    }
  };

  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    connections.add(socket);
    // Node listens no more; an error that nobody hears would end the process.
    socket.on('error', () => { socket.destroy(); });
    (socket as Socket).setNoDelay(true).setKeepAlive(true, keepAliveProbeMs);
    switchProtocols(request, socket, head).catch((error: unknown) => {
      logger.debug({ err: error }, 'a socket broke off in its handshake');
      socket.destroy();
    });
  };
};
