import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { testToken } from '@chat-backend/testing';

/** A WebSocket frame as a client sends it: masked. */
export const clientFrame = (opcode: number, payload: string): Buffer => {
  const [mask, bytes] = [randomBytes(4), Buffer.from(payload)];
  const length = bytes.length < 126 ? Buffer.from([0x80 | bytes.length]) : Buffer.from([0x80 | 126, bytes.length >> 8, bytes.length & 0xff]);
  return Buffer.concat([Buffer.from([0x80 | opcode]), length, mask, bytes.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
};
const text = 1;
export const ping = 9;

/** What opens a connection over a WebSocket. */
export const upgradeRequest = (): string => [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1', 'Host: chat', 'Connection: Upgrade', 'Upgrade: websocket',
  `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, 'Sec-WebSocket-Version: 13', '', '',
].join('\r\n');

export interface RawClient { userId: string; socket: Socket }

/** A client of plain TCP that is let in over a WebSocket, and reads nothing more. */
export const connectAndStopReading = async (url: string): Promise<RawClient> => {
  const userId = randomUUID();
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  let heard = '';
  const hears = async (what: string): Promise<void> => { while (!heard.includes(what)) heard += ((await once(socket, 'data')) as [Buffer])[0].toString('latin1'); };
  socket.write(upgradeRequest());
  await hears('"sid"');
  heard = '';
  socket.write(clientFrame(text, `40${JSON.stringify({ token: testToken(userId) })}`));
  await hears('40{"sid"');
  socket.pause();
  return { userId, socket };
};
