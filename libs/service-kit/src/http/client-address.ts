import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Express, RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import { forwardedAddressBy } from './trust-proxy';

declare module 'express-serve-static-core' {
  interface Request {
    /** The client's address, as far as TRUST_PROXY and the gateway's word allow to know it. */
    clientAddress: string;
  }
}

/** In it the gateway tells whose request it hands on. What a client puts there is worth nothing without the key. */
export const clientAddressHeader = 'x-chat-client-address';

/** Who calls once calls again: a proof costs as much as a tenth of what the gateway does for a call. */
const rememberedAddresses = 10_000;

/** A use of the internal key that no other use can be taken for: calls carry the key itself. */
const proofOf = (key: Buffer, address: string): Buffer => createHmac('sha256', key).update(`client address\n${address}`).digest();

/** Makes of a client's address what goes into the header: the address, and the proof that a holder of the internal key says so. */
export type SignAddress = (address: string) => string;
export const createAddressSigner = (key: Buffer): SignAddress => {
  const signed = new LRUCache<string, string>({ max: rememberedAddresses, memoMethod: (address) => `${address} ${proofOf(key, address).toString('hex')}` });
  return (address) => signed.memo(address);
};

const isProven = (keys: readonly Buffer[], address: string, proof: string): boolean => {
  const bytes = Buffer.from(proof, 'hex');
  return keys.some((key) => {
    const expected = proofOf(key, address);
    return expected.length === bytes.length && timingSafeEqual(expected, bytes);
  });
};

/** Reads the address that the gateway tells; undefined where it is not the gateway who tells it. Only what was proven is remembered, whole. */
export const createAddressReader = (keys: readonly Buffer[]) => {
  const proven = new LRUCache<string, string>({ max: rememberedAddresses });
  return (headers: IncomingHttpHeaders): string | undefined => {
    const given = headers[clientAddressHeader];
    if (typeof given !== 'string') return undefined;
    const known = proven.get(given);
    if (known !== undefined) return known;
    const [address = '', proof = ''] = given.split(' ');
    if (!isProven(keys, address, proof)) return undefined;
    proven.set(given, address);
    return address;
  };
};

/** Names the client of each request: as the gateway says, or else as `trust proxy` of the app does. */
export const assignClientAddress = (keys: readonly Buffer[]): RequestHandler => {
  const toldAddressOf = createAddressReader(keys);
  return (request, _response, next) => {
    request.clientAddress = toldAddressOf(request.headers) ?? request.ip ?? '';
    next();
  };
};

/** The same for a request that never passes through the app. */
export const clientAddressBy = (app: Express, keys: readonly Buffer[]) => {
  const forwardedAddressOf = forwardedAddressBy(app);
  const toldAddressOf = createAddressReader(keys);
  return (request: IncomingMessage): string => toldAddressOf(request.headers) ?? forwardedAddressOf(request);
};
