import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isLoopbackAddress = (address: string): boolean => {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6');
};

const isLoopbackHost = (host: string): boolean => {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return name === 'localhost' || isLoopbackAddress(name);
};

/**
 * Whether somebody on this very machine asks: the TCP peer is loopback, no proxy stands between, and the address bar names this
 * machine (else a foreign page whose name was rebound to 127.0.0.1 could read along). `trust proxy` plays no part.
 */
export const isLoopback = ({ socket, headers }: Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } }): boolean =>
  isLoopbackAddress(socket.remoteAddress ?? '')
  && headers['x-forwarded-for'] === undefined
  && headers.forwarded === undefined
  && isLoopbackHost(headers.host ?? '');
