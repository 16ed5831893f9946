import { errorCodes, limits, refusalsOf, replySchema, failureSchema, type Endpoint, type ErrorCode } from '@chat-backend/contracts';

/** One call as it was sent: `input` is what its fields were made of, `isMine` whether its token was the caller's own. */
export interface SentCall { endpoint: Endpoint; input: unknown; text: string; isMine: boolean }
export interface ReceivedReply { status: number; headers: Readonly<Record<string, string | string[] | undefined>>; text: string }

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The one code that it must be refused with, where the contract leaves no choice. */
const expectedCode = ({ endpoint, input, text, isMine }: SentCall): ErrorCode | undefined => {
  if (Buffer.byteLength(text) > limits.requestBodyBytes) return 'PAYLOAD_TOO_LARGE';
  if (!isObject(input)) return 'MALFORMED_JSON';
  return isMine && !endpoint.request.safeParse(JSON.parse(text)).success ? 'INVALID_REQUEST' : undefined;
};

const parsed = (text: string): unknown => {
  try { return JSON.parse(text); } catch { return undefined; }
};

const faultOfSuccess = (endpoint: Endpoint, body: unknown): string | undefined => {
  const { error } = replySchema(endpoint).safeParse(body);
  return error === undefined ? undefined : `its reply is not what the contract says: ${JSON.stringify(error.issues)}`;
};

const faultOfFailure = (endpoint: Endpoint, status: number, body: unknown): string | undefined => {
  const failure = failureSchema.safeParse(body);
  if (!failure.success) return 'its failure has not the documented shape';
  const code = failure.data.code as ErrorCode;
  if (!refusalsOf(endpoint).includes(code)) return `${code} is not among its refusals`;
  if (errorCodes[code].status !== status) return `${code} came with status ${status}`;
  if (status >= 500 && code !== 'BUSY') return `it failed with ${code}`;
  return undefined;
};

/** What of a reply breaks a promise; undefined if nothing does. `code` is for counting. */
export const judgeReply = (call: SentCall, { status, headers, text }: ReceivedReply): { code: string; fault: string | undefined } => {
  const body = parsed(text);
  const code = status === 200 ? 'accepted' : String((body as { code?: unknown } | undefined)?.code);
  const expected = expectedCode(call);
  const fault = headers['content-type'] !== 'application/json; charset=utf-8' ? `it is ${String(headers['content-type'])}, not JSON`
    : headers['x-content-type-options'] !== 'nosniff' ? 'it may be sniffed'
      : expected !== undefined && code !== expected ? `it was answered ${status} ${code}, not ${expected}`
        : status === 200 ? faultOfSuccess(call.endpoint, body) : faultOfFailure(call.endpoint, status, body);
  return { code, fault };
};
