import http, { type Agent, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex, Readable } from 'node:stream';

const connectTimeoutMs = 2_000;

/** No connection came about: nothing was sent, so the request may go elsewhere. */
export class NeverBegun extends Error {
  override readonly name = 'NeverBegun';
}

/** The client went away before the reply; nothing is wrong with the address. */
export class NobodyWaits extends Error {
  override readonly name = 'NobodyWaits';
}

export interface ExchangeOptions {
  agent: Agent;
  /** Where to connect, one of the addresses that the URL's name has. */
  host: string;
  method: string;
  path: string;
  headers: OutgoingHttpHeaders;
  /** A stream is read from only when there is a connection. */
  body?: Buffer | Readable;
  /** How long the beginning of the reply may take; afterwards, how long it may be silent. */
  replyTimeoutMs: number;
  /** Who waits for the reply: when it closes, the exchange is given up. */
  waiter?: { once(event: 'close', listener: () => void): unknown; off(event: 'close', listener: () => void): unknown };
}

export interface Exchanged {
  reply: IncomingMessage;
  /** The connection, where the reply was 101. */
  upgraded?: { socket: Duplex; head: Buffer };
}

/**
 * Says where the body ends. What is left of the client's headers is not relied on: Node writes the body of a GET without any framing unless it is told,
 * and the other end would take it for the next request on this connection, whose reply somebody else then gets.
 */
const framed = ({ 'content-length': length, ...headers }: OutgoingHttpHeaders, body: ExchangeOptions['body']): OutgoingHttpHeaders => {
  if (body === undefined) return headers;
  if (Buffer.isBuffer(body)) return { ...headers, 'content-length': body.length };
  return { ...headers, ...(length === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }) };
};

/**
 * One request to one address, from connecting to the head of the reply.
 * @throws NeverBegun; NobodyWaits; any other Error: it is unknown what became of the request
 */
export const exchange = (address: URL, options: ExchangeOptions): Promise<Exchanged> => new Promise((resolve, reject) => {
  const { agent, host, method, path, headers, body, replyTimeoutMs, waiter } = options;
  const isSecure = address.protocol === 'https:';
  const request = (isSecure ? https : http).request({
    host, port: address.port, path, method, headers: { host: address.host, ...framed(headers, body) }, agent,
    ...(isSecure && isIP(host) > 0 && isIP(address.hostname) === 0 ? { servername: address.hostname } : {}),
  });
  let hasBegun = false;
  let connectTimer: NodeJS.Timeout | undefined;

  const replyTimer = setTimeout(() => { request.destroy(new Error(`${address.host} did not answer within ${replyTimeoutMs} ms`)); }, replyTimeoutMs);
  const giveUp = (): void => { request.destroy(new NobodyWaits('nobody waits for the reply any more')); };
  waiter?.once('close', giveUp);

  const begin = (): void => {
    hasBegun = true;
    clearTimeout(connectTimer);
    if (body === undefined || Buffer.isBuffer(body)) request.end(body);
    else body.pipe(request);
  };
  const answered = (exchanged: Exchanged): void => {
    clearTimeout(replyTimer);
    resolve(exchanged);
  };

  request.once('socket', (socket) => {
    if (!socket.connecting) { begin(); return; }
    connectTimer = setTimeout(() => { request.destroy(new Error(`no connection to ${address.host} within ${connectTimeoutMs} ms`)); }, connectTimeoutMs);
    socket.once(isSecure ? 'secureConnect' : 'connect', begin);
  });
  request.once('response', (reply) => {
    reply.setTimeout(replyTimeoutMs, () => { reply.destroy(new Error(`${address.host} fell silent in its reply`)); });
    answered({ reply });
  });
  request.once('upgrade', (reply, socket, head) => { answered({ reply, upgraded: { socket, head } }); });
  // Stays for the whole life of the request: after the head of the reply, its stream tells what happens.
  request.on('error', (error) => {
    reject(hasBegun || error instanceof NobodyWaits ? error : new NeverBegun(error.message, { cause: error }));
  });
  request.once('close', () => {
    clearTimeout(replyTimer);
    clearTimeout(connectTimer);
    waiter?.off('close', giveUp);
  });
});
