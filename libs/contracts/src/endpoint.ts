import { z } from 'zod';
import type { ErrorCode } from './error-codes';

export const serviceNames = ['auth', 'social-graph', 'group', 'messaging', 'realtime', 'gateway'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** What a token is good for. Everything but `access` is a handle that opens nothing by itself. */
export const tokenPurposes = ['access', 'verify', 'mfa', 'reset'] as const;
export type TokenPurpose = (typeof tokenPurposes)[number];

/** One documented call. Everything that is said of it (routes, validation, types, reference) is derived from this. */
export interface Endpoint {
  name: string;
  service: ServiceName;
  summary: string;
  /** `public`: no token; otherwise the purposes of token that strict mode takes here. */
  access: 'public' | readonly TokenPurpose[];
  request: z.ZodObject;
  /** The documented `message` of a success, word for word. */
  message: string;
  /** The schema of `data`, if the reply carries it. */
  data?: z.ZodType;
  /** Fields beside `data`. */
  extra?: z.ZodRawShape;
  /** Refusals of its own, beside those that every call can meet. */
  refusals: readonly ErrorCode[];
  /** `sensitive` calls (passwords, codes, mails) have far lower rate limits; `export` calls, which read much, a lower one for each user. */
  rate: 'ordinary' | 'sensitive' | 'export';
  /** Has a mail written to somebody whom the caller names: an address may do so only so often. */
  mails?: true;
}

export const defineEndpoint = <const E extends Endpoint>(endpoint: E): E => endpoint;

export type RequestOf<E extends Endpoint> = z.infer<E['request']>;

type DataPart<E> = E extends { data: infer D extends z.ZodType } ? { data: z.infer<D> } : object;
type ExtraPart<E> = E extends { extra: infer X extends z.ZodRawShape } ? z.infer<z.ZodObject<X>> : object;

/** What a verb answers: `data` and the extra fields; `success` and `message` are added by the service kit. */
export type AnswerOf<E extends Endpoint> = DataPart<E> & ExtraPart<E>;

/** The whole schema of a successful reply. */
export const replySchema = (endpoint: Endpoint): z.ZodObject =>
  z.object({
    success: z.literal(true),
    message: z.literal(endpoint.message),
    ...(endpoint.data ? { data: endpoint.data } : {}),
    ...(endpoint.extra ?? {}),
  });

export const failureSchema = z.object({
  success: z.literal(false),
  message: z.string(),
  code: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  requestId: z.string(),
});
