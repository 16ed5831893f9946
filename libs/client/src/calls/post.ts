import { asErrorCode, ChatError } from '../chat-error';
import type { CallOptions } from './call-types';

/** Sends one call. @throws ChatError */
export type Post = (name: string, request: object, options?: CallOptions) => Promise<unknown>;

interface Failure { code?: string; message?: string; errors?: { field: string; message: string }[]; requestId?: string }

const failureOf = (response: Response, body: Failure): ChatError => {
  const { code, message, errors, requestId } = body;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  // A proxy that answers for a server that is away does not know the published codes.
  const known = code ?? (response.status === 429 ? 'RATE_LIMITED' : response.status >= 502 ? 'UNAVAILABLE' : 'INVALID_REPLY');
  return new ChatError(asErrorCode(known), message ?? `The server answered with ${response.status}`, {
    status: response.status,
    ...(errors === undefined ? {} : { errors }), ...(requestId === undefined ? {} : { requestId }),
    ...(Number.isNaN(retryAfter) ? {} : { retryAfterMs: retryAfter * 1000 }),
  });
};

const readBody = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isObject = (body: unknown): body is object => typeof body === 'object' && body !== null;

export const createPost = (url: string, defaultTimeoutMs: number): Post => async (name, request, { token, signal, timeoutMs = defaultTimeoutMs } = {}) => {
  const controller = new AbortController();
  const abort = (): void => { controller.abort(); };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    abort();
  }, timeoutMs);
  signal?.addEventListener('abort', abort);
  try {
    if (signal?.aborted === true) abort();
    const response = await fetch(`${url}/api/v1/${name}`, {
      method: 'POST', body: JSON.stringify(request), signal: controller.signal,
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
    const body = await readBody(response);
    if (!response.ok) throw failureOf(response, isObject(body) ? body : {});
    if (!isObject(body)) throw new ChatError('INVALID_REPLY', `The reply to ${name} is not an object`, { status: response.status });
    return body;
  } catch (cause) {
    if (cause instanceof ChatError) throw cause;
    if (isLate) throw new ChatError('TIMEOUT', `${name} was not answered in time`, { cause });
    throw signal?.aborted === true ? new ChatError('ABORTED', `${name} was aborted`, { cause }) : new ChatError('NETWORK', `${name} did not reach the server`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
};
