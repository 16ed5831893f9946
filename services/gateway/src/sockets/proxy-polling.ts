import type { IncomingMessage } from 'node:http';
import { Refusal, type Logger } from '@chat-backend/service-kit';
import type { RequestHandler } from 'express';
import type { Exchanged } from '../upstreams/exchange';
import { relayReply } from '../upstreams/relay-reply';
import { badRequest, sendToSession, socketHeaders, socketTarget, UnknownSession, unknownSession, type SocketUpstream } from './socket-request';

/** A poll is answered at the latest when Engine.IO pings, every 25 s. */
const pollTimeoutMs = 60_000;

/** Some libraries say of every GET that its body is of length 0. */
const hasBody = ({ headers: { 'content-length': length = '0', 'transfer-encoding': encoding } }: IncomingMessage): boolean => length !== '0' || encoding !== undefined;

/** Hands polling requests to realtime and streams both bodies. */
export const proxyPolling = (realtime: SocketUpstream, logger: Logger): RequestHandler => async (request, response, next) => {
  const target = socketTarget(request.originalUrl);
  if (target === undefined) { next(); return; }
  const { requestId, method, ip = '' } = request;
  const isPost = method === 'POST';
  if (!isPost && hasBody(request)) { response.status(400).json(badRequest); return; }
  let exchanged: Exchanged;
  try {
    exchanged = await sendToSession(realtime, target, {
      method, headers: socketHeaders(request, { requestId, address: ip }, realtime.sign), ...(isPost ? { body: request } : {}), replyTimeoutMs: pollTimeoutMs, waiter: response,
    });
  } catch (error) {
    if (response.destroyed) return;
    if (error instanceof UnknownSession) { response.status(400).json(unknownSession); return; }
    logger.warn({ err: error, requestId }, 'realtime did not answer a poll');
    throw new Refusal('UNAVAILABLE');
  }
  await relayReply(exchanged.reply, response).catch((error: unknown) => { logger.debug({ err: error, requestId }, 'a poll broke off'); });
};
