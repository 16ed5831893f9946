import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Express, RequestHandler } from 'express';
import { forwardedAddressBy } from './trust-proxy';

declare module 'express-serve-static-core' {
  interface Request {
    /** The client's address, as far as TRUST_PROXY and the gateway's word allow to know it. */
    clientAddress: string;
  }
}

/** In it the gateway tells whose request it hands on. What a client puts there is worth nothing without the key. */
export const clientAddressHeader = 'x-chat-client-address';

/** A use of the internal key that no other use can be taken for: calls carry the key itself. */
const proofOf = (key: Buffer, address: string): Buffer => createHmac('sha256', key).update(`client address\n${address}`).digest();

/** Makes of a client's address what goes into the header: the address, and the proof that a holder of the internal key says so. */
export type SignAddress = (address: string) => string;
export const createAddressSigner = (key: Buffer): SignAddress => (address) => `${address} ${proofOf(key, address).toString('hex')}`;

/** The address that the gateway tells; undefined where it is not the gateway who tells it. */
export const signedClientAddress = (keys: readonly Buffer[], headers: IncomingHttpHeaders): string | undefined => {
  const given = headers[clientAddressHeader];
  if (typeof given !== 'string') return undefined;
  const [address = '', proof = ''] = given.split(' ');
  const bytes = Buffer.from(proof, 'hex');
  const isProven = keys.some((key) => {
    const expected = proofOf(key, address);
    return expected.length === bytes.length && timingSafeEqual(expected, bytes);
  });
  return isProven ? address : undefined;
};

/** Names the client of each request: as the gateway says, or else as `trust proxy` of the app does. */
export const assignClientAddress = (keys: readonly Buffer[]): RequestHandler => (request, _response, next) => {
  request.clientAddress = signedClientAddress(keys, request.headers) ?? request.ip ?? '';
  next();
};

/** The same for a request that never passes through the app. */
export const clientAddressBy = (app: Express, keys: readonly Buffer[]) => {
  const forwardedAddressOf = forwardedAddressBy(app);
  return (request: IncomingMessage): string => signedClientAddress(keys, request.headers) ?? forwardedAddressOf(request);
};
