/** The first byte of each: a whole message (FIN) of text. */
const wholeText = 0x81;

/** How many bytes a frame's header takes. What a server sends is not masked. */
const headerBytes = (payloadBytes: number): number => (payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10);

/** @returns where the payload begins */
const writeHeader = (into: Buffer, at: number, payloadBytes: number): number => {
  into[at] = wholeText;
  if (payloadBytes < 126) return into.writeUInt8(payloadBytes, at + 1);
  if (payloadBytes < 65_536) return into.writeUInt16BE(payloadBytes, into.writeUInt8(126, at + 1));
  return into.writeBigUInt64BE(BigInt(payloadBytes), into.writeUInt8(127, at + 1));
};

/** These texts as the frames of a WebSocket (RFC 6455), one after the other in one piece of memory. */
export const encodeFrames = (texts: readonly string[]): Buffer => {
  const lengths = texts.map((text) => Buffer.byteLength(text));
  const frames = Buffer.allocUnsafe(lengths.reduce((bytes, length) => bytes + headerBytes(length) + length, 0));
  let at = 0;
  texts.forEach((text, index) => {
    at = writeHeader(frames, at, lengths[index] ?? 0);
    at += frames.write(text, at);
  });
  return frames;
};
