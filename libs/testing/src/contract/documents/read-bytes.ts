/** Takes what it needs of a stream of bytes, and goes on where it stopped when more have come. */
export type ByteReader<Result> = Generator<undefined, Result, Buffer>;

export interface Bytes {
  /** So many of them. */
  take(length: number): ByteReader<Buffer>;
  /** Everything up to a mark, which is taken as well. */
  takeUntil(mark: string): ByteReader<Buffer>;
}

export const createBytes = (): Bytes => {
  let rest: Buffer = Buffer.alloc(0);
  const cut = (length: number): Buffer => {
    const taken = rest.subarray(0, length);
    rest = rest.subarray(length);
    return taken;
  };
  return {
    *take(length) {
      while (rest.length < length) rest = Buffer.concat([rest, yield]);
      return cut(length);
    },
    *takeUntil(mark) {
      let end = rest.indexOf(mark);
      while (end < 0) {
        rest = Buffer.concat([rest, yield]);
        end = rest.indexOf(mark);
      }
      const taken = cut(end);
      cut(mark.length);
      return taken;
    },
  };
};

/** Feeds a reader with what arrives, piece by piece. */
export const feeding = (reader: ByteReader<void>): ((piece: Buffer) => void) => {
  reader.next(Buffer.alloc(0));
  return (piece) => { reader.next(piece); };
};
