import { apiPrefix, type AnswerOf, type Endpoint, type RequestOf, type TokenPurpose } from '@chat-backend/contracts';
import type { Express, Request } from 'express';
import type { z } from 'zod';
import { Refusal } from '../refusal';
import type { Caller, TokenVerifier } from '../tokens/tokens';
import { readToken } from './read-token';

declare module 'express-serve-static-core' {
  interface Request {
    /** Whom the call's token names, once it was verified. */
    caller?: Caller;
  }
}

/** What names a call, and where it came from. */
export interface CallOrigin {
  /** The endpoint. */
  call: string;
  requestId: string;
  /** The client's address, as far as TRUST_PROXY and the gateway's word allow to know it. */
  address: string;
  /** How the client names itself; absent: it does not. */
  userAgent: string | undefined;
}
export interface Call<Body> extends CallOrigin { body: Body }
export interface CallOfUser<Body> extends Call<Body> { caller: Caller }

/** What validation found, as `errors` of a failure reply. */
export const fieldErrors = (error: z.ZodError): { field: string; message: string }[] =>
  error.issues.map((issue) => ({ field: issue.path.join('.') || 'body', message: issue.message }));

/** @throws Refusal INVALID_REQUEST with every fault */
const validated = <E extends Endpoint>(endpoint: E, body: unknown): RequestOf<E> => {
  const result = endpoint.request.safeParse(body);
  if (!result.success) throw new Refusal('INVALID_REQUEST', { errors: fieldErrors(result.error) });
  return result.data as RequestOf<E>;
};

const originOf = ({ name }: Endpoint, { requestId, clientAddress, headers }: Request): CallOrigin =>
  ({ call: name, requestId, address: clientAddress, userAgent: headers['user-agent'] });

const serve = (app: Express, endpoint: Endpoint, answer: (request: Request) => Promise<object | void>): void => {
  app.post(`${apiPrefix}/${endpoint.name}`, async (request, response) => {
    const answered = await answer(request);
    response.json({ success: true, message: endpoint.message, ...answered });
  });
};

const callOf = <E extends Endpoint>(endpoint: E, request: Request): Call<RequestOf<E>> =>
  ({ body: validated(endpoint, request.body), ...originOf(endpoint, request) });

/** Serves a call that needs no token. */
export const servePublic = <E extends Endpoint>(app: Express, endpoint: E, verb: (call: Call<RequestOf<E>>) => Promise<AnswerOf<E>>): void => {
  serve(app, endpoint, async (request) => verb(callOf(endpoint, request)) as Promise<object>);
};

/**
 * Serves a call of a user: token first (401), its purpose (403), then the body (400).
 * `purposes` replaces the endpoint's own where a mode takes others.
 */
export const serveUser = <E extends Endpoint>(
  app: Express, tokens: TokenVerifier, endpoint: E, verb: (call: CallOfUser<RequestOf<E>>) => Promise<AnswerOf<E>>,
  purposes: readonly TokenPurpose[] = endpoint.access === 'public' ? [] : endpoint.access,
): void => {
  serve(app, endpoint, async (request) => {
    const caller = tokens.verify(readToken(request));
    request.caller = caller;
    if (!purposes.includes(caller.purpose)) throw new Refusal('WRONG_TOKEN_PURPOSE');
    return verb({ caller, ...callOf(endpoint, request) }) as Promise<object>;
  });
};
