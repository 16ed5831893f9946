/** What goes out: text or bytes in a frame, or bytes in place of a frame. */
export type Outgoing = { text: string } | { binary: Buffer } | { bytes: Buffer };
export interface MalformedFrame {
  what: string;
  outgoing: Outgoing;
  /** The server waits for more of it: nobody can ask it whether it is done. */
  isUnfinished?: true;
}

const text = (what: string, ...texts: string[]): MalformedFrame[] => texts.map((one) => ({ what, outgoing: { text: one } }));
const bytes = (what: string, ...parts: (number[] | Buffer)[]): MalformedFrame => ({ what, outgoing: { bytes: Buffer.concat(parts.map((part) => Buffer.from(part))) } });
const unfinished = (frame: MalformedFrame): MalformedFrame => ({ ...frame, isUnfinished: true });
const deep = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);
const message = '["sendMessage",{"to":"x"}]';

const engineFrames = [
  ...text('a packet of engine.io that there is not', '', '7', '9abc', 'x', '\u0000', 'b', 'b!!!', 'bAAAA', '-1', '\u{1f600}'),
  ...text('a packet of engine.io in the wrong direction', '0{"sid":"x"}', '2', '2probe', '3probe', '5', '6', '1'),
];
const socketFrames = [
  ...text('a packet of Socket.IO that there is not', '4', '47', '49', '4a', '4-1', '4\u0000', '4[]', '4null'),
  ...text('an event that is no list with a name', '42', '42[', '42{}', '42"x"', '42null', '42[]', '42[null]', '42[{}]', '42[[]]', '42[true]', '42[1.5,{}]', '42["sendMessage"', '42["sendMessage",]', '42["a"]x', '42["\\ud800"]', '42["\\u00"]'),
  ...text('an event whose name is taken', '42["connect"]', '42["connect_error"]', '42["disconnect"]', '42["disconnecting"]', '42["newListener"]', '42["removeListener"]', '42["error",{"message":"x"}]'),
  ...text('an event by the name of a built-in', '42["__proto__",{}]', '42["constructor",{}]', '42["toString"]', '42["hasOwnProperty",{}]', '42["valueOf",null]', `42["${'x'.repeat(50_000)}"]`),
  ...text('an event with the wrong arguments', '42["sendMessage"]', '42["sendMessage",1,2,3]', '42["sendMessage",{},"not a function"]', '42["markRead",[]]', '42["sync",{"conversations":"x"}]', '42["sync",{"__proto__":{"polluted":true}}]', '42["sendMessage",{"constructor":{"prototype":{"polluted":true}}}]'),
  ...text('an id of an acknowledgement', `4299999999999999999999${message}`, `42-1${message}`, `421e9${message}`, `420x1${message}`, `4200000000000000${message}`, `42${'9'.repeat(1_000)}${message}`, `42 1${message}`),
  ...text('an acknowledgement of nothing', '43', '430', '430[]', '4399999["x"]', '43[', '430{}', '43999999999999999999999[]', '43__proto__[]'),
  ...text('another namespace', '40/admin,{}', '40/,{}', '42/admin,["x"]', '41/admin', '40/__proto__,', '40/constructor,{}', '40/../,{}', `40/${'x'.repeat(50_000)},`, '42/,["x"]', '40//,{}', '40/a?b=c,{}', '43/admin,1[]'),
  ...text('a handshake that is none', '40', '40{}', '40[]', '40"x"', '40null', '40[', '40{"token":', '40{"token":{}}', '40{"token":[]}', '40{"__proto__":{"token":"x"}}', `40{"token":"${'x'.repeat(50_000)}"}`, '40{"pid":"x","offset":"y"}'),
  ...text('an error of the client\'s own', '44{}', '44"x"', '44'),
  ...text('an attachment that never comes', '451-["sendMessage",{"_placeholder":true,"num":0}]', '4510-["x",{"_placeholder":true,"num":0}]', '451-/,1["sync",{"_placeholder":true,"num":0}]', '461-0[{"_placeholder":true,"num":0}]'),
  ...text('attachments that cannot be', '45-1-["x"]', '4599999999999999-["x"]', '45x-["x"]', '45', '451', '45-', '451e9-["x"]', '450-["x",{"_placeholder":true,"num":0}]', '461-', '451-["x"', '451-[{"_placeholder":true,"num":-1}]'),
  ...text('deep JSON', `42["sync",${deep('[', ']', 25_000)}]`, `42["sync",${deep('{"a":', '', 10_000)}`, `42["sendMessage",${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}]`, `40${deep('[', ']', 30_000)}`, `42[${deep('[', ']', 30_000)}]`, `42["sync",${'{"__proto__":'.repeat(4_000)}1${'}'.repeat(4_000)}]`),
  ...text('numbers beyond numbers', '42["markRead",{"chatId":"x","chatType":"friend","seq":1e999}]', `42["markRead",{"seq":${'9'.repeat(20_000)}}]`, '42["sync",{"afterNumber":-1e-999}]'),
];
/** They mean nothing, and are the same each time. */
const someBytes = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (index * 167 + 13) % 256));
const binaryFrames = [0, 1, 7, 4_000].map((length) => ({ what: 'an attachment that nobody announced', outgoing: { binary: someBytes(length) } }));

const mask = [1, 2, 3, 4];
/** Below Socket.IO: bytes that break the rules of WebSocket itself. */
const brokenFrames = [
  bytes('a frame without a mask', [0x81, 0x02, 0x34, 0x32]),
  bytes('a reserved bit', [0xc1, 0x80], mask), bytes('a reserved bit', [0x91, 0x80], mask),
  bytes('an opcode that there is not', [0x83, 0x80], mask), bytes('an opcode that there is not', [0x8b, 0x80], mask),
  bytes('a continuation of nothing', [0x80, 0x80], mask),
  bytes('a ping in pieces', [0x09, 0x80], mask), bytes('a ping that is too long', [0x89, 0xfe, 0x00, 0x80], mask, Buffer.alloc(128)),
  bytes('a close without a reason that there is', [0x88, 0x82], mask, [0, 0]), bytes('a close of one byte', [0x88, 0x81], mask, [0]),
  bytes('text that is no UTF-8', [0x81, 0x82], [0, 0, 0, 0], [0xff, 0xfe]), bytes('text that is no UTF-8', [0x81, 0x84], [0, 0, 0, 0], [0x34, 0x32, 0xed, 0xa0]),
  bytes('another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')), bytes('bytes that are no frame', someBytes(64)),
  unfinished(bytes('half a header', [0x81])), unfinished(bytes('half a frame', [0x81, 0xfe, 0x10, 0x00], mask, Buffer.alloc(100))), unfinished(bytes('the first piece of many', [0x01, 0x81], mask, [0])),
];

export const malformedFrames: readonly MalformedFrame[] = [...engineFrames, ...socketFrames, ...binaryFrames, ...brokenFrames];

/** What polling is sent: packets between separators. */
export const malformedPosts: readonly string[] = [
  '', '\u001e', '4\u001e4', '42["sendMessage"\u001e2', '42[]\u001e\u001e', '\u001e'.repeat(5_000), 'b!!!', '9', '40{}\u001e42["x"]\u001e43[]', '451-["x",{"_placeholder":true,"num":0}]\u001ebAA', '1\u001e42["x"]', '{"json":true}', '4'.repeat(30_000), '5', '2probe\u001e6',
];

const overLimit = 64 * 1024 + 1;
const announce = (opcode: number, length: bigint): Buffer => {
  const header = Buffer.alloc(10);
  header[0] = 0x80 | opcode;
  header[1] = 0xff;
  header.writeBigUInt64BE(length, 2);
  return Buffer.concat([header, Buffer.from(mask)]);
};
const pieces = (): Buffer => {
  const piece = (first: number): Buffer => Buffer.concat([Buffer.from([first, 0xfe, 0x80, 0x00]), Buffer.from(mask), Buffer.alloc(0x8000, 0x61)]);
  return Buffer.concat([piece(0x01), piece(0x00), piece(0x00)]);
};

/** More than a frame may have, sent or only announced. */
export const oversizedFrames: readonly MalformedFrame[] = [
  { what: 'an event', outgoing: { text: `42["sendMessage","${'x'.repeat(overLimit)}"]` } },
  { what: 'two-byte letters', outgoing: { text: `42["${'\u00e9'.repeat(overLimit / 2)}"]` } },
  { what: 'bytes', outgoing: { binary: Buffer.alloc(overLimit) } },
  { what: 'a megabyte', outgoing: { text: `42["x","${'x'.repeat(2 ** 20)}"]` } },
  { what: 'a handshake', outgoing: { text: `40{"token":"${'x'.repeat(overLimit)}"}` } },
  { what: 'deep JSON', outgoing: { text: `42[${deep('[', ']', overLimit)}]` } },
  bytes('a terabyte, announced', announce(1, 2n ** 40n)), bytes('2^63 bytes, announced', announce(2, 2n ** 63n)), bytes('one byte too many, announced', announce(1, BigInt(overLimit))),
  bytes('pieces that are too much together', pieces()),
];
