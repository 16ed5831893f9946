import type { OutgoingHttpHeaders } from 'node:http';
import { Refusal, type Logger } from '@chat-backend/service-kit';
import type { Request } from 'express';
import type { BackendName } from '../config';
import { NeverBegun, type Exchanged } from '../upstreams/exchange';
import { relayReply } from '../upstreams/relay-reply';
import type { Upstream, UpstreamRequest } from '../upstreams/upstream';
import type { ServeOptions, ServiceRoute } from './service-route';

const replyTimeoutMs = 10_000;

/** What services read, and nothing else: what a client claims about proxies or upgrades stays here. */
const forwardedHeaders = ['accept', 'authorization', 'content-type', 'user-agent'] as const;

const headersFor = (request: Request, { clientAddress }: ServeOptions): OutgoingHttpHeaders => {
  const headers: OutgoingHttpHeaders = { 'x-request-id': request.requestId };
  for (const name of forwardedHeaders) if (request.headers[name] !== undefined) headers[name] = request.headers[name];
  if (clientAddress !== undefined) headers['x-forwarded-for'] = clientAddress;
  if (request.rawBody !== undefined) headers['content-length'] = request.rawBody.length;
  return headers;
};

/** Sends to the next address in turn and, where no connection came about, once more to the one after it. */
const sendToNext = async (upstream: Upstream, request: UpstreamRequest): Promise<Exchanged> => {
  const [first, second = first] = upstream.inTurn();
  if (first === undefined || second === undefined) throw new NeverBegun('there is no address');
  try {
    return await upstream.send(first, request);
  } catch (error) {
    if (!(error instanceof NeverBegun)) throw error;
    return upstream.send(second, request);
  }
};

/** A service in processes of its own. A call that may have begun there is never sent again: only the client knows whether that is right. */
export const proxyService = (service: BackendName, upstream: Upstream, logger: Logger): ServiceRoute => ({
  async serve(request, response, options) {
    const { method, rawBody } = request;
    const { pathname, search } = new URL(request.url, 'http://gateway');
    let exchanged: Exchanged;
    try {
      exchanged = await sendToNext(upstream, {
        method, path: pathname + search, headers: headersFor(request, options), ...(rawBody === undefined ? {} : { body: rawBody }), replyTimeoutMs, waiter: response,
      });
    } catch (error) {
      if (response.destroyed) return;
      logger.warn({ err: error, upstream: service, requestId: request.requestId }, 'a service did not answer');
      throw new Refusal('UNAVAILABLE');
    }
    await relayReply(exchanged.reply, response).catch((error: unknown) => {
      logger.debug({ err: error, upstream: service, requestId: request.requestId }, 'a reply broke off');
    });
  },
  notReady: async () => (await upstream.isAnswering() ? [] : [`the ${service} service does not answer`]),
  close: () => { upstream.close(); },
});
