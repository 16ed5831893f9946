import { isIP } from 'node:net';

const mapped = /^::ffff:(?=\d+\.)/i;

/** A network address in its shortest form; undefined where it is none: a proxy that is believed may have been told anything. */
export const plainAddress = (address: string | undefined): string | undefined => {
  const plain = address?.replace(mapped, '') ?? '';
  return isIP(plain) === 0 ? undefined : plain;
};
