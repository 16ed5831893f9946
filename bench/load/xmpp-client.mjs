// A client of XMPP over TCP that does what the load needs: it signs in with SASL PLAIN, becomes available, sends and hears chat messages.
import { connect as open } from 'node:net';

const connectWithinMs = 20_000;
const bodyAt = '<body>';
const messageEnd = '</message>';
const header = (host) => `<?xml version='1.0'?><stream:stream to='${host}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`;

/** What is said at each step, and what the server's answer must hold before the next one. */
const stepsOf = ({ id, password, host }) => [
  [header(host), '</stream:features>'],
  [`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${Buffer.from(`\0${id}\0${password}`).toString('base64')}</auth>`, '<success'],
  [header(host), '</stream:features>'],
  ["<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>bench</resource></bind></iq>", '</iq>'],
  // Heard back once the server takes messages for this user to be delivered here.
  ['<presence/>', '<presence'],
];

/**
 * Connects a user. Resolves when messages to them are delivered here.
 * @param onDelivery hears the key of each message that comes
 */
export const connectXmpp = ({ port, host, id, password, keyLength, onDelivery }) => new Promise((resolve, reject) => {
  const socket = open(port, '127.0.0.1');
  const steps = stepsOf({ id, password, host });
  let heard = '';
  let isIn = false;
  const late = setTimeout(() => { socket.destroy(); reject(new Error(`not signed in in time; the server said: ${heard}`)); }, connectWithinMs);
  const fail = (reason) => { clearTimeout(late); socket.destroy(); reject(new Error(reason)); };

  const client = {
    /** XMPP has no acknowledgement of a chat message: a message is done when it is delivered. */
    send({ to, text, clientMessageId }) {
      socket.write(`<message to='${to}@${host}' type='chat' id='${clientMessageId}'><body>${text}</body></message>`);
    },
    close() { socket.destroy(); },
  };

  const say = () => { socket.write(steps[0][0]); };
  const signIn = () => {
    if (heard.includes('<failure') || heard.includes('<stream:error')) { fail(heard); return; }
    if (!heard.includes(steps[0][1])) return;
    heard = '';
    steps.shift();
    if (steps.length > 0) { say(); return; }
    clearTimeout(late);
    isIn = true;
    resolve(client);
  };

  const readMessages = () => {
    let from = 0;
    for (let end = heard.indexOf(messageEnd); end !== -1; end = heard.indexOf(messageEnd, from)) {
      const body = heard.indexOf(bodyAt, from) + bodyAt.length;
      onDelivery(heard.slice(body, body + keyLength));
      from = end + messageEnd.length;
    }
    heard = heard.slice(from);
  };

  socket.setNoDelay(true);
  socket.on('connect', say);
  socket.on('data', (data) => {
    heard += data.toString('latin1');
    if (isIn) readMessages();
    else signIn();
  });
  socket.on('error', (error) => { fail(error.message); });
  socket.on('close', () => { fail('the server closed the connection'); });
});
