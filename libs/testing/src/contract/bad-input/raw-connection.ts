import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';

/** A WebSocket below Socket.IO: what is written goes out as it is. */
export interface RawConnection {
  webSocket: WebSocket;
  /** What is below the WebSocket: bytes that are no frame at all go here. */
  socket: Socket;
  isOpen(): boolean;
  /** The next text that arrives and fits; undefined when the connection ends first. Ask before you cause it. */
  next(fits: (text: string) => boolean): Promise<string | undefined>;
  /** Resolves when the server has read everything so far, or has ended the connection. */
  settled(): Promise<void>;
  close(): void;
}

const asText = (data: RawData): string => (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8');

/** Opened as far as engine.io: no namespace yet. */
export const openRawConnection = async (url: string): Promise<RawConnection> => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const webSocket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { createConnection: () => socket });
  // What the other side thinks of a broken frame is not this side's fault.
  webSocket.on('error', () => undefined);
  const ended = new Promise<undefined>((resolve) => { webSocket.once('close', () => { resolve(undefined); }); });
  const isOpen = (): boolean => webSocket.readyState === WebSocket.OPEN;
  const connection: RawConnection = {
    webSocket, socket, isOpen,
    next(fits) {
      const arrived = new Promise<string>((resolve) => {
        const look = (data: RawData): void => {
          const text = asText(data);
          if (!fits(text)) return;
          webSocket.off('message', look);
          resolve(text);
        };
        webSocket.on('message', look);
      });
      return Promise.race([arrived, ended]);
    },
    async settled() {
      if (!isOpen()) { await ended; return; }
      const answered = once(webSocket, 'pong');
      webSocket.ping();
      await Promise.race([answered, ended]);
    },
    close: () => { webSocket.terminate(); },
  };
  const opened = connection.next((text) => text.startsWith('0'));
  if (await opened === undefined) throw new Error('the server ended a connection that had done nothing yet');
  return connection;
};

/** Asks to be let in, as `auth` says who it is; the server's answer: `40…` or `44…`. Undefined when it ended the connection. */
export const askToBeLetIn = (connection: RawConnection, auth: string): Promise<string | undefined> => {
  const answer = connection.next((text) => text.startsWith('40') || text.startsWith('44'));
  connection.webSocket.send(`40${auth}`);
  return answer;
};
