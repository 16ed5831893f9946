// A client of Socket.IO's protocol (Engine.IO 4 over WebSocket) that does what the load needs and little more, so that the generators are not the
// limit: socket.io-client costs several times as much for each message. `ws` is the WebSocket client that socket.io-client itself uses.
import WebSocket from 'ws';

const connectWithinMs = 20_000;
const keyAt = '"message":"';

/** The key of a message, which its text begins with: no JSON is parsed for each of a thousand deliveries. */
const keyIn = (packet, keyLength) => {
  const from = packet.indexOf(keyAt) + keyAt.length;
  return packet.slice(from, from + keyLength);
};

/**
 * Connects a user. Resolves when the server has let them in.
 * @param onDelivery hears the key of each message that is pushed
 */
export const connectSocketIo = ({ url, token, keyLength, onDelivery }) => new Promise((resolve, reject) => {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false, skipUTF8Validation: true });
  const acknowledgements = new Map();
  let nextId = 0;
  const late = setTimeout(() => { socket.terminate(); reject(new Error('not connected in time')); }, connectWithinMs);
  const fail = (reason) => { clearTimeout(late); socket.terminate(); reject(new Error(reason)); };

  const acknowledge = (packet) => {
    const bracket = packet.indexOf('[');
    const id = Number(packet.slice(2, bracket));
    const onAcknowledged = acknowledgements.get(id);
    acknowledgements.delete(id);
    onAcknowledged?.(packet.startsWith('{"success":false', bracket + 1) || packet.startsWith('{"error"', bracket + 1) ? packet.slice(bracket) : undefined);
  };

  const client = {
    /** @param onAcknowledged hears why, where the message was refused */
    send({ to, chatType, text, clientMessageId }, onAcknowledged) {
      const id = nextId++;
      acknowledgements.set(id, onAcknowledged);
      socket.send(`42${id}["sendMessage",{"to":"${to}","chatType":"${chatType}","message":"${text}","messageType":"TEXT","clientMessageId":"${clientMessageId}"}]`);
    },
    close() { socket.terminate(); },
  };

  const read = (packet) => {
    if (packet.startsWith('42["newMessage"')) onDelivery(keyIn(packet, keyLength));
    else if (packet.startsWith('43')) acknowledge(packet);
    else if (packet === '2') socket.send('3');
    else if (packet.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
    else if (packet.startsWith('40')) { clearTimeout(late); resolve(client); }
    else if (packet.startsWith('44')) fail(`refused: ${packet}`);
  };
  socket.on('message', (data) => { read(data.toString('latin1')); });
  socket.on('error', (error) => { fail(error.message); });
  socket.on('close', () => { fail('the server closed the connection'); });
});
