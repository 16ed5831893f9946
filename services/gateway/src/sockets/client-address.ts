import type { IncomingMessage } from 'node:http';
import type { Express } from 'express';

/** Express's own decision on `trust proxy`: whether the address, so many hops away, is a proxy that is believed. */
type Trust = (address: string, hop: number) => boolean;

/** The client's address as `request.ip` would say it, for a request that never passes through the app. */
export const clientAddressBy = (app: Express) => (request: IncomingMessage): string => {
  const isTrusted = app.get('trust proxy fn') as Trust;
  const forwarded = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').map((address) => address.trim()).filter(Boolean);
  let address = request.socket.remoteAddress ?? '';
  for (const [hop, before] of forwarded.reverse().entries()) {
    if (!isTrusted(address, hop)) break;
    address = before;
  }
  return address;
};
