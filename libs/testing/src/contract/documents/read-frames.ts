import type { ByteReader, Bytes } from './read-bytes';

const textFrame = 1;
const continuation = 0;

const unmasked = (payload: Buffer, mask: Buffer | undefined): Buffer =>
  (mask === undefined ? payload : Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))));

/** The texts of a WebSocket, in one direction. What is binary or no frame is left to the server. */
export function* readFrames(bytes: Bytes, tell: (text: string) => void): ByteReader<void> {
  let parts: Buffer[] = [];
  let isText = false;
  for (;;) {
    const head = yield* bytes.take(2);
    const [first = 0, second = 0] = head;
    const short = second & 0x7f;
    const length = short === 126 ? (yield* bytes.take(2)).readUInt16BE() : short === 127 ? Number((yield* bytes.take(8)).readBigUInt64BE()) : short;
    const mask = (second & 0x80) === 0 ? undefined : yield* bytes.take(4);
    const payload = unmasked(yield* bytes.take(length), mask);
    const kind = first & 0x0f;
    if (kind >= 8) continue;
    if (kind !== continuation) { parts = []; isText = kind === textFrame; }
    parts.push(payload);
    if ((first & 0x80) !== 0 && isText) tell(Buffer.concat(parts).toString('utf8'));
  }
}
