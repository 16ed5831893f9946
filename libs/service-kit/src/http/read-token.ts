import type { Request } from 'express';
import { Refusal } from '../refusal';

const bearer = /^Bearer\s+(\S+)$/i;

/**
 * The call's token: in the body as documented, or in `Authorization: Bearer`.
 * @throws Refusal TOKENS_DIFFER, TOKEN_MISSING, INVALID_REQUEST (a token in the body that is not text)
 */
export const readToken = (request: Request): string => {
  const inHeader = bearer.exec(request.headers.authorization ?? '')?.[1];
  const inBody: unknown = (request.body as { token?: unknown } | undefined)?.token;
  if (inBody !== undefined && typeof inBody !== 'string') {
    throw new Refusal('INVALID_REQUEST', { errors: [{ field: 'token', message: 'must be text' }] });
  }
  if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody) throw new Refusal('TOKENS_DIFFER');
  const token = inHeader ?? inBody;
  if (token === undefined || token === '') throw new Refusal('TOKEN_MISSING');
  return token;
};
