import { isIP } from 'node:net';
import type { RequestHandler } from 'express';
import { carriesKey } from './internal-calls';

declare module 'express-serve-static-core' {
  interface Request {
    /** The client's network address, as a service knows it; empty: it does not. */
    clientAddress?: string;
  }
}

/** Where the gateway shows the internal key, so that a service in a process of its own believes the address that it names in `X-Forwarded-For`. */
export const gatewayKeyHeader = 'x-gateway-key';

const mapped = /^::ffff:(?=\d+\.)/i;

/** The address in its shortest form; empty when it is none: where a proxy is believed, it may have been told anything. */
export const plainAddress = (address: string | undefined): string => {
  const plain = address?.replace(mapped, '') ?? '';
  return isIP(plain) === 0 ? '' : plain;
};

/** Reads who the client is: from the gateway where it holds the key, else from the connection, as far as `trust proxy` says. Nobody else is believed. */
export const readClientAddress = (keys: readonly Buffer[]): RequestHandler => (request, _response, next) => {
  const shown = request.headers[gatewayKeyHeader];
  const named = request.headers['x-forwarded-for'];
  const isFromGateway = typeof shown === 'string' && typeof named === 'string' && carriesKey(shown, keys);
  request.clientAddress = plainAddress(isFromGateway ? named : request.ip);
  next();
};
