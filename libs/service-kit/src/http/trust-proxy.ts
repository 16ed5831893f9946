import type { IncomingMessage } from 'node:http';
import express, { type Express } from 'express';

/** What Express takes as `trust proxy`: hops, addresses, or nobody. */
export type TrustProxy = number | string | false;

export const trustProxyFrom = (value: string): TrustProxy => (value === '' ? false : /^\d+$/.test(value) ? Number(value) : value);

/** Why Express would not take the value, if it would not. */
export const trustProxyFaults = (trustProxy: TrustProxy): string[] => {
  try {
    express().set('trust proxy', trustProxy);
    return [];
  } catch (error) {
    return [`TRUST_PROXY: must be a number of hops, or addresses: ${(error as Error).message}`];
  }
};

/** Express's own decision on `trust proxy`: whether the address, so many hops away, is a proxy that is believed. */
type Trust = (address: string, hop: number) => boolean;

/** The client's address as `request.ip` would say it, for a request that never passes through the app. */
export const forwardedAddressBy = (app: Express) => (request: IncomingMessage): string => {
  const isTrusted = app.get('trust proxy fn') as Trust;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').map((address) => address.trim()).filter(Boolean);
  let address = request.socket.remoteAddress ?? '';
  for (const [hop, before] of forwarded.reverse().entries()) {
    if (!isTrusted(address, hop)) break;
    address = before;
  }
  return address;
};
