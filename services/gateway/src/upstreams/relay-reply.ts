import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Headers about one connection, not about the message (RFC 9110, 7.6.1); `expect` was answered here. */
const hopByHop = new Set([
  'connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect',
]);

export const withoutHopByHop = (headers: IncomingHttpHeaders): OutgoingHttpHeaders => {
  const named = new Set((headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name) && !named.has(name)));
};

/** A reply that says that it is at most so long is passed on in one piece. */
const wholeAtMost = 64 * 1024;

/** @throws Error if it breaks off */
const readWhole = (reply: IncomingMessage): Promise<Buffer> => new Promise((resolve, reject) => {
  const chunks: Buffer[] = [];
  reply.on('data', (chunk: Buffer) => { chunks.push(chunk); });
  reply.once('end', () => { resolve(Buffer.concat(chunks)); });
  reply.once('error', reject);
  // Every reply closes. An error costs as much as passing on the rest of it.
  reply.once('close', () => { if (!reply.complete) reject(new Error('the reply broke off')); });
});

/** Those of `pipeline` and of whoever else watches a reply are more than the ten at which Node warns of a leak. */
const listenersAtMost = 20;

/** Short replies, nearly all of them, leave in one write instead of through two streams. */
const passOn = async (reply: IncomingMessage, response: ServerResponse): Promise<void> => {
  if (Number(reply.headers['content-length'] ?? Number.NaN) <= wholeAtMost) {
    response.end(await readWhole(reply));
    return;
  }
  response.setMaxListeners(listenersAtMost);
  await pipeline(reply, response);
};

/** Passes a reply on to the client. If it breaks off, so does what the client gets: half a reply must not look whole. */
export const relayReply = async (reply: IncomingMessage, response: ServerResponse): Promise<void> => {
  response.statusCode = reply.statusCode ?? 502;
  for (const [name, value] of Object.entries(withoutHopByHop(reply.headers))) {
    if (value !== undefined) response.setHeader(name, value);
  }
  try {
    await passOn(reply, response);
  } catch (error) {
    response.destroy();
    throw error;
  }
};
