import type { ByteReader, Bytes } from './read-bytes';

export interface HttpMessage {
  /** The first line. */
  start: string;
  headers: ReadonlyMap<string, string>;
  body: string;
}

const lineEnd = '\r\n';
const hasNoBody = (status: number): boolean => status < 200 || status === 204 || status === 304;

function* readChunks(bytes: Bytes): ByteReader<Buffer> {
  const chunks: Buffer[] = [];
  for (;;) {
    const length = Number.parseInt((yield* bytes.takeUntil(lineEnd)).toString('latin1'), 16);
    // Nobody reads on after what is no chunk: its connection ends.
    if (Number.isNaN(length)) return yield* bytes.take(Infinity);
    const chunk = yield* bytes.take(length);
    yield* bytes.takeUntil(lineEnd);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(chunk);
  }
}

/** One HTTP/1.1 message after the other. Of requests only what tells where the next begins is understood; it is the server that judges them. */
export function* readHttp(bytes: Bytes, tell: (message: HttpMessage) => void): ByteReader<void> {
  for (;;) {
    const [start = '', ...lines] = (yield* bytes.takeUntil(lineEnd + lineEnd)).toString('latin1').split(lineEnd);
    const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(start)?.[1] ?? 200);
    const body = hasNoBody(status) ? Buffer.alloc(0)
      : headers.get('transfer-encoding')?.toLowerCase() === 'chunked' ? yield* readChunks(bytes)
        : yield* bytes.take(Math.max(0, Number(headers.get('content-length') ?? 0)));
    tell({ start, headers, body: body.toString('utf8') });
  }
}
