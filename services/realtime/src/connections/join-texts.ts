import type { Packet } from './unsent-bytes';
import { framePackets } from './write-packets';

const textOf = ({ type, data, options }: Packet): string | undefined =>
  (type === 'message' && typeof data === 'string' && options?.wsPreEncodedFrame === undefined ? data : undefined);

/**
 * Texts that follow each other become one packet, which is one buffer of the write: each by itself is two of them, its frame's header and its body.
 * What carries its frame already stays as it is, as other connections share it.
 */
export const joinTexts = (packets: readonly Packet[]): Packet[] => {
  const joined: Packet[] = [];
  let texts: string[] = [];
  const endRun = (): void => {
    if (texts.length > 0) joined.push({ type: 'message', options: framePackets(texts) });
    texts = [];
  };
  for (const packet of packets) {
    const text = textOf(packet);
    if (text !== undefined) { texts.push(text); continue; }
    endRun();
    joined.push(packet);
  }
  endRun();
  return joined;
};
