import { timingSafeEqual } from 'node:crypto';
import { errorCodes, internalCallOwners, internalPrefix, type InternalCallName, type InternalCalls, type ServiceName } from '@chat-backend/contracts';
import express, { type Express } from 'express';
import { Agent, type Dispatcher } from 'undici';
import type { Logger } from '../logger';
import { Refusal } from '../refusal';
import { isOutOfReach } from './is-out-of-reach';

export type InternalHandlers = { [Name in InternalCallName]?: (request: InternalCalls[Name]['request']) => Promise<InternalCalls[Name]['reply']> };

/** Calls another service, wherever it runs. */
export interface InternalCaller {
  /**
   * @param spreadBy calls with the same value go to the same process of the service while its processes stay the same; to the next one while it takes no connection
   * @throws Refusal UNAVAILABLE when the service cannot be reached or fails: what it did is then unknown
   */
  call<Name extends InternalCallName>(name: Name, request: InternalCalls[Name]['request'], spreadBy?: string): Promise<InternalCalls[Name]['reply']>;
  close(): Promise<void>;
}

const bodyLimit = '16mb';
const timeoutMs = 10_000;
const scheme = 'Internal ';

const carriesKey = (header: string | undefined, keys: readonly Buffer[]): boolean => {
  if (header === undefined || !header.startsWith(scheme)) return false;
  const given = Buffer.from(header.slice(scheme.length), 'hex');
  return keys.some((key) => key.length === given.length && timingSafeEqual(key, given));
};

/** Serves a service's internal calls below `/internal`, to holders of the internal key only. */
export const serveInternalCalls = (app: Express, keys: readonly Buffer[], handlers: InternalHandlers): void => {
  app.use(internalPrefix, (request, _response, next) => {
    next(carriesKey(request.headers.authorization, keys) ? undefined : new Refusal('ENDPOINT_NOT_FOUND'));
  });
  app.use(internalPrefix, express.json({ limit: bodyLimit }));
  for (const [name, handle] of Object.entries(handlers)) {
    app.post(`${internalPrefix}/${name}`, async (request, response) => {
      response.json(await (handle as (body: unknown) => Promise<unknown>)(request.body));
    });
  }
};

/** How much this address is the one for what has this value: rendezvous hashing. */
const scoreOf = (address: string, spreadBy: string): number => {
  let score = 0x811c9dc5;
  const text = address + spreadBy;
  for (let index = 0; index < text.length; index++) score = Math.imul(score ^ text.charCodeAt(index), 0x01000193) >>> 0;
  score ^= score >>> 15;
  return Math.imul(score, 0x2c1b3c6d) >>> 0;
};

/** Picks one of several addresses: when one goes, only its share moves. */
export const pickAddress = (addresses: readonly string[], spreadBy: string): string | undefined => {
  let best: string | undefined;
  let bestScore = -1;
  for (const address of addresses) {
    const score = scoreOf(address, spreadBy);
    if (score > bestScore) { bestScore = score; best = address; }
  }
  return best;
};

/** What the network says of a connection that never came about: nothing was sent, so another process may be asked. */
const neverBegan = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const hasNeverBegun = (error: unknown): boolean => typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && neverBegan.has(error.code);

export interface HttpInternalCallerOptions {
  /** Current first, then the one before a rotation: a process that was not started again yet knows only that one. */
  keys: readonly [Buffer, ...Buffer[]];
  addresses: Partial<Record<ServiceName, readonly string[]>>;
}

/** What a key that is not known there gets: nothing was done. */
const { status: keyRefused } = errorCodes.ENDPOINT_NOT_FOUND;

/** Calls over HTTP with connections kept alive. Who does not know the current key is called with the one before. */
export const createHttpInternalCaller = ({ keys, addresses }: HttpInternalCallerOptions): InternalCaller => {
  const agent = new Agent({ connections: 16, keepAliveTimeout: 30_000, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect: { timeout: 2_000 } });
  /** The key that each address took last; a process that is started again may have others. */
  const taken = new Map<string, Buffer>();

  const ask = async (origin: string, path: string, body: string): Promise<Dispatcher.ResponseData> => {
    const first = taken.get(origin) ?? keys[0];
    const send = (key: Buffer): Promise<Dispatcher.ResponseData> =>
      agent.request({ origin, path, method: 'POST', headers: { 'content-type': 'application/json', authorization: scheme + key.toString('hex') }, body });
    let reply = await send(first);
    for (const key of keys.filter((other) => other !== first)) {
      if (reply.statusCode !== keyRefused) return reply;
      await reply.body.dump();
      reply = await send(key);
      if (reply.statusCode !== keyRefused) taken.set(origin, key);
    }
    return reply;
  };

  /** Asks the process that is picked or, where that one takes no connection, the one that would be picked without it. */
  const askOneOf = async (origins: readonly string[], spreadBy: string, path: string, body: string): Promise<Dispatcher.ResponseData> => {
    const origin = pickAddress(origins, spreadBy) ?? '';
    const others = origins.filter((other) => other !== origin);
    return ask(origin, path, body).catch((error: unknown) => {
      if (others.length === 0 || !hasNeverBegun(error)) throw error;
      return askOneOf(others, spreadBy, path, body);
    });
  };

  return {
    async call(name, request, spreadBy = '') {
      const owner = internalCallOwners[name];
      const origins = addresses[owner] ?? [];
      if (origins.length === 0) throw new Error(`no address of the ${owner} service is configured`);
      let reply: Dispatcher.ResponseData;
      try {
        reply = await askOneOf(origins, spreadBy, `${internalPrefix}/${name}`, JSON.stringify(request));
        if (reply.statusCode === 200) return await reply.body.json() as never;
        await reply.body.dump();
      } catch (error) {
        throw Object.assign(new Refusal('UNAVAILABLE'), { cause: error });
      }
      throw Object.assign(new Refusal('UNAVAILABLE'), { cause: new Error(`${owner} answered ${name} with ${reply.statusCode}`) });
    },
    close: () => agent.close(),
  };
};

/**
 * Calls services of this process directly, and hands on what they do not serve. What fails looks to the caller as from another process, whose log would tell it:
 * nobody else does here.
 */
export const createLocalInternalCaller = (handlers: InternalHandlers, elsewhere: InternalCaller, logger: Logger): InternalCaller => ({
  async call(name, request, spreadBy) {
    const handle = handlers[name];
    if (handle === undefined) return elsewhere.call(name, request, spreadBy);
    try {
      return await handle(request) as never;
    } catch (error) {
      if (!(error instanceof Refusal) && !isOutOfReach(error)) logger.error({ err: error, call: name }, 'an internal call failed');
      throw Object.assign(new Refusal('UNAVAILABLE'), { cause: error });
    }
  },
  close: () => elsewhere.close(),
});
