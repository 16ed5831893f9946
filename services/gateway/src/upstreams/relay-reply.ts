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

/** Streams a reply to the client. If it breaks off, so does what the client gets: half a reply must not look whole. */
export const relayReply = async (reply: IncomingMessage, response: ServerResponse): Promise<void> => {
  response.statusCode = reply.statusCode ?? 502;
  for (const [name, value] of Object.entries(withoutHopByHop(reply.headers))) {
    if (value !== undefined) response.setHeader(name, value);
  }
  await pipeline(reply, response);
};
