import { once } from 'node:events';
import { connect } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { apiPrefix, failureSchema } from '@chat-backend/contracts';
import { succeed } from './api-client';
import { newPerson, type TestPerson } from './people';
import type { CurrentShape } from './shape';

interface RawReply { status: number; type: string; body: string }

/** Writes bytes to the port, and reads until the server ends the connection. */
const readToTheEnd = (url: string, parts: readonly (string | Buffer)[]): Promise<Buffer> => new Promise((resolve) => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (data: Buffer) => { received.push(data); });
  // A server that has answered may end the connection while the rest is still being written.
  socket.on('error', () => undefined);
  socket.once('close', () => { resolve(Buffer.concat(received)); });
  for (const part of parts) socket.write(part);
});

const tries = 5;

/** Such an early end may also overtake the answer on its way, which the network does and not the server: then it is asked again. */
const exchange = async (url: string, ...parts: (string | Buffer)[]): Promise<RawReply> => {
  let received: Buffer = Buffer.alloc(0);
  for (let attempt = 0; attempt < tries && received.length === 0; attempt += 1) received = await readToTheEnd(url, parts);
  const [head = '', ...body] = received.toString('utf8').split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), type: /^content-type: (.*)$/im.exec(head)?.[1] ?? '', body: body.join('\r\n\r\n') };
};

type Expected = number | string;
interface RawCall { what: string; expected: Expected | readonly Expected[]; headers?: readonly string[]; body?: string | Buffer; path?: string; start?: string }

/** What HTTP allows, or does not, and no client of ours would send. */
export const describeRawCalls = (shape: CurrentShape): void => {
  let person: TestPerson;
  beforeAll(async () => { person = await newPerson(shape()); });

  const json = 'Content-Type: application/json';
  const chunked = 'Transfer-Encoding: chunked';
  const chunk = (bytes: string | Buffer): Buffer => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), Buffer.from(bytes), Buffer.from('\r\n')]);
  const good = (): string => JSON.stringify({ token: person.token });
  const deep = (depth: number): string => `{"token":"${person.token}","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const inText = (bytes: number[]): Buffer => Buffer.concat([Buffer.from(`{"token":"${person.token}","x":"`), Buffer.from(bytes), Buffer.from('"}')]);

  /** `expected`: a status that Node gives before there is a call, or the code of our own refusal, or `accepted`. */
  const calls = (): RawCall[] => [
    { what: 'a good call', expected: 'accepted', body: good() },
    { what: 'no body', expected: 'TOKEN_MISSING', headers: [] },
    { what: 'an empty body', expected: ['MALFORMED_JSON', 'TOKEN_MISSING'], body: '' },
    { what: 'text', expected: 'MALFORMED_JSON', body: 'hello' },
    { what: 'two objects', expected: 'MALFORMED_JSON', body: '{}{}' },
    { what: 'a comment', expected: 'MALFORMED_JSON', body: '{} // x' },
    { what: 'a byte order mark', expected: ['MALFORMED_JSON', 'accepted'], body: `\ufeff${good()}` },
    { what: 'a form', expected: 'UNSUPPORTED_MEDIA_TYPE', headers: ['Content-Type: application/x-www-form-urlencoded'], body: 'token=x' },
    { what: 'XML with an entity', expected: 'UNSUPPORTED_MEDIA_TYPE', headers: ['Content-Type: application/xml'], body: '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>' },
    { what: 'no type', expected: 'UNSUPPORTED_MEDIA_TYPE', headers: [], body: good() },
    { what: 'two types', expected: ['UNSUPPORTED_MEDIA_TYPE', 'accepted'], headers: [json, 'Content-Type: text/plain'], body: good() },
    { what: 'another charset', expected: 'UNSUPPORTED_MEDIA_TYPE', headers: [`${json}; charset=latin1`], body: good() },
    { what: 'a charset that there is not', expected: 'UNSUPPORTED_MEDIA_TYPE', headers: [`${json}; charset=utf-nonsense`], body: good() },
    { what: 'UTF-16 that is UTF-8', expected: 'MALFORMED_JSON', headers: [`${json}; charset=utf-16`], body: good() },
    { what: 'a byte that is no UTF-8', expected: 'MALFORMED_JSON', body: inText([0xff]) },
    { what: 'an overlong slash', expected: 'MALFORMED_JSON', body: inText([0xc0, 0xaf]) },
    { what: 'a surrogate in UTF-8', expected: 'MALFORMED_JSON', body: inText([0xed, 0xa0, 0x80]) },
    { what: 'deep nesting', expected: 'accepted', body: deep(15_000) },
    { what: 'nesting that does not end', expected: 'MALFORMED_JSON', body: '['.repeat(30_000) },
    { what: 'a number beyond numbers', expected: 'accepted', body: `{"token":"${person.token}","x":1e999,"y":${'9'.repeat(10_000)}}` },
    { what: 'a key twice: the last one counts', expected: 'accepted', body: `{"token":"nonsense","token":"${person.token}"}` },
    { what: 'a key twice: the last one counts', expected: 'TOKEN_INVALID', body: `{"token":"${person.token}","token":"nonsense"}` },
    { what: 'an escaped key twice', expected: 'TOKEN_INVALID', body: `{"token":"${person.token}","\\u0074oken":"nonsense"}` },
    { what: 'a key that is __proto__', expected: 'TOKEN_MISSING', body: `{"__proto__":{"token":"${person.token}"}}` },
    { what: 'gzip', expected: 'accepted', headers: [json, 'Content-Encoding: gzip'], body: gzipSync(good()) },
    { what: 'brotli', expected: 'accepted', headers: [json, 'Content-Encoding: br'], body: brotliCompressSync(good()) },
    { what: 'gzip that is none', expected: 'MALFORMED_JSON', headers: [json, 'Content-Encoding: gzip'], body: good() },
    { what: 'gzip that is cut', expected: 'MALFORMED_JSON', headers: [json, 'Content-Encoding: gzip'], body: gzipSync(good()).subarray(0, 40) },
    { what: 'gzip of much more', expected: 'PAYLOAD_TOO_LARGE', headers: [json, 'Content-Encoding: gzip'], body: gzipSync(Buffer.alloc(20 * 2 ** 20, ' ')) },
    { what: 'gzip of gzip', expected: ['UNSUPPORTED_MEDIA_TYPE', 'MALFORMED_JSON'], headers: [json, 'Content-Encoding: gzip, gzip'], body: gzipSync(gzipSync(good())) },
    { what: 'an encoding that there is not', expected: 'UNSUPPORTED_MEDIA_TYPE', headers: [json, 'Content-Encoding: nonsense'], body: good() },
    { what: 'chunks', expected: 'accepted', headers: [json, chunked], body: Buffer.concat([...good()].map(chunk).concat(chunk(''))) },
    { what: 'too many chunks', expected: 'PAYLOAD_TOO_LARGE', headers: [json, chunked], body: Buffer.concat([...Array.from({ length: 40 }, () => chunk(' '.repeat(1_024))), chunk('')]) },
    { what: 'a chunk of no size', expected: 400, headers: [json, chunked], body: 'zz\r\n{}\r\n0\r\n\r\n' },
    { what: 'a chunk of a huge size', expected: 400, headers: [json, chunked], body: 'ffffffffffffffffff\r\n{}' },
    { what: 'a length and chunks', expected: 400, headers: [json, chunked, 'Content-Length: 4'], body: '0\r\n\r\n' },
    { what: 'two lengths', expected: 400, headers: [json, 'Content-Length: 2', 'Content-Length: 3'], body: '{} ' },
    { what: 'a length below nothing', expected: 400, headers: [json, 'Content-Length: -1'], body: '{}' },
    { what: 'an expectation that there is not', expected: 417, headers: [json, 'Expect: nonsense', 'Content-Length: 2'], body: '{}' },
    { what: 'a header of 20 KB', expected: 431, headers: [json, `X-Long: ${'x'.repeat(20_000)}`] },
    // Node 24 refuses so many itself, before anything of ours sees the request.
    { what: 'a thousand headers', expected: ['TOKEN_MISSING', 431], headers: Array.from({ length: 1_000 }, (_, index) => `X-${index}: y`) },
    { what: 'a header with NUL', expected: 400, headers: ['X-Odd: a\u0000b'] },
    { what: 'a header without a name', expected: 400, headers: [': x'] },
    { what: 'a line that is no header', expected: 400, headers: ['nonsense'] },
    { what: 'Authorization without a token', expected: 'TOKEN_MISSING', headers: ['Authorization: Bearer'] },
    { what: 'Authorization of another kind', expected: 'TOKEN_MISSING', headers: ['Authorization: Basic eDp5'] },
    { what: 'Authorization twice', expected: ['TOKEN_INVALID', 'TOKEN_MISSING'], headers: ['Authorization: Bearer x', 'Authorization: Bearer y'] },
    { what: 'an Accept that is none', expected: 'TOKEN_MISSING', headers: ['Accept: ;;q=,\u00e9'] },
    { what: 'a request id that writes lines', expected: 'TOKEN_MISSING', headers: [`X-Request-Id: ${'x'.repeat(5_000)}\t{"level":"error"}`] },
    { what: 'a forwarded address that is none', expected: 'TOKEN_MISSING', headers: ['X-Forwarded-For: , ,\u00e9,999.999.999.999,::::', 'X-Forwarded-Proto: javascript', 'Forwarded: for="'] },
    { what: 'a method that there is not', expected: 400, start: `BREW ${apiPrefix}/get-user-details HTTP/1.1` },
    { what: 'another version of HTTP', expected: [400, 505], start: `POST ${apiPrefix}/get-user-details HTTP/9.9` },
    { what: 'no HTTP at all', expected: 400, start: '\u0016\u0003\u0001\u0002\u0000\u0001' },
    { what: 'TRACE', expected: 'METHOD_NOT_ALLOWED', start: `TRACE ${apiPrefix}/get-user-details HTTP/1.1` },
    { what: 'a path with a broken escape', expected: ['ENDPOINT_NOT_FOUND', 'MALFORMED_JSON'], path: `${apiPrefix}/%` },
    { what: 'a path with NUL', expected: 'ENDPOINT_NOT_FOUND', path: `${apiPrefix}/%00` },
    { what: 'a path upwards', expected: 'ENDPOINT_NOT_FOUND', path: `${apiPrefix}/../../internal/send-batch` },
    { what: 'a path to a prototype', expected: 'ENDPOINT_NOT_FOUND', path: `${apiPrefix}/__proto__` },
    { what: 'a path of 8 KB', expected: 'ENDPOINT_NOT_FOUND', path: `${apiPrefix}/${'x'.repeat(8_000)}` },
    { what: 'the path of another server', expected: ['ENDPOINT_NOT_FOUND', 'TOKEN_MISSING', 'MALFORMED_JSON'], path: `http://example.com${apiPrefix}/get-user-details` },
    { what: 'a query that is odd', expected: 'TOKEN_MISSING', path: `${apiPrefix}/get-user-details?__proto__[token]=x&token=x&${'a[]='.repeat(100)}&%` },
  ];

  const outcomeOf = ({ status, type, body }: RawReply): Expected => {
    if (!type.startsWith('application/json')) return status;
    const answered = JSON.parse(body) as { success?: boolean; code?: string };
    if (answered.success === true) return 'accepted';
    expect(failureSchema.safeParse(answered).error?.issues ?? []).toEqual([]);
    return answered.code ?? status;
  };

  it('are answered for what they are, and the next one is served', async () => {
    const unexpected: object[] = [];
    for (const { what, expected, headers = [json], body, path = `${apiPrefix}/get-user-details`, start } of calls()) {
      const tellsLength = [...headers].some((header) => /^(content-length|transfer-encoding):/i.test(header));
      const length = body === undefined || tellsLength ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
      const head = [start ?? `POST ${path} HTTP/1.1`, 'Host: chat', 'Connection: close', ...headers, ...length, '', ''].join('\r\n');
      const reply = await exchange(shape().url, head, body ?? '');
      const outcome = outcomeOf(reply);
      if (![expected].flat().includes(outcome)) unexpected.push({ what, expected, outcome, status: reply.status, body: reply.body.slice(0, 200) });
      expect({ what, isServed: await succeed(shape().url, 'get-user-details', { token: person.token }).then(() => true) }).toEqual({ what, isServed: true });
    }
    expect(unexpected).toEqual([]);
  }, 60_000);

  it('that break off in the middle leave nothing behind', async () => {
    for (let times = 0; times < 50; times += 1) {
      const socket = connect(Number(new URL(shape().url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`POST ${apiPrefix}/get-user-details HTTP/1.1\r\nHost: chat\r\n${json}\r\nContent-Length: 100\r\n\r\n{"token":`);
      socket.destroy();
    }
    await succeed(shape().url, 'get-user-details', { token: person.token });
  });
};
