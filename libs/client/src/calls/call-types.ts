import type { Answers, PublicName, Requests } from '../contract';

/** The calls of the REST API, as the reference names them: what each does stands at `Requests`. */
export type EndpointName = keyof Requests;
export type RequestTo<N extends EndpointName> = Requests[N];
/** A successful reply: `data` and the fields beside it, as the reference names them. */
export type ReplyTo<N extends EndpointName> = Answers[N] & { success: true; message: string };

export interface CallOptions {
  /** Instead of the session's: the token that `register`, `login` or `forgot-password` answered with, for the calls that confirm a code. */
  token?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** The request may be left out where it has no required field. */
export type CallArguments<N extends EndpointName> = Record<never, never> extends RequestTo<N>
  ? [request?: RequestTo<N>, options?: CallOptions]
  : [request: RequestTo<N>, options?: CallOptions];

export type Call = <N extends EndpointName>(name: N, ...given: CallArguments<N>) => Promise<ReplyTo<N>>;

/** The calls that need no token; the type keeps the list equal to the contract. */
export const callsWithoutToken: Readonly<Record<PublicName, true>> = { 'register': true, 'login': true, 'forgot-password': true, 'refresh-token': true };
