import { isIPv6 } from 'node:net';

const ipv4Mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** What an address is counted by: IPv4 as it is, IPv6 by its /64, as one subscriber has all of that. */
export const limitedAddress = (address: string): string => {
  const mapped = ipv4Mapped.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const withoutZone = address.split('%', 1)[0] ?? '';
  if (!isIPv6(withoutZone)) return address;
  const [head = '', tail] = new URL(`http://[${withoutZone}]/`).hostname.slice(1, -1).split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const after = (tail ?? '').split(':').filter((group) => group !== '');
  const filled = tail === undefined ? groups : [...groups, ...Array<string>(8 - groups.length - after.length).fill('0'), ...after];
  return `${filled.slice(0, 4).join(':')}::/64`;
};
