import { eventMessages, failureKey, keyOf, replyKey, type EventMessage } from './asyncapi-messages';
import { limits } from './fields';
import { contractVersion } from './openapi';
import { connectionLimits, eventRates } from './rate-limits';
import { socketEvents, type ClientEventName } from './socket-events';

const fromClient = Object.entries(socketEvents.fromClient) as [ClientEventName, (typeof socketEvents.fromClient)[ClientEventName]][];
const fromServer = Object.entries(socketEvents.fromServer);
const { handshakes, atOncePerAddress, atOncePerUser, connects } = connectionLimits;

const tags = {
  connection: { name: 'Connection', description: 'Coming in, and being shown out.' },
  sent: { name: 'Sent by clients', description: 'Each is acknowledged: with its reply, or with why it was refused.' },
  pushed: { name: 'Pushed by the server', description: 'They come by themselves, to every socket of the user.' },
} as const;
const ofConnection: readonly string[] = ['sessionEnded', 'serverDraining'];

const message = ({ key, name, title, summary, payload, examples }: EventMessage) =>
  [key, { name, title, summary, contentType: 'application/json', payload, examples: examples.map((example) => ({ payload: example })) }] as const;
const channel = { $ref: '#/channels/socket' };
const inChannel = (key: string) => ({ $ref: `#/channels/socket/messages/${key}` });
const answeredBy = (...keys: string[]) => ({ channel, messages: keys.map(inChannel) });

const rateOf = (name: ClientEventName): string => `Rate limit: ${eventRates[name].atOnce} at once and ${eventRates[name].perSecond} more each second, of one user over all sockets.`;

const operations = () => ({
  connect: {
    action: 'receive', channel, title: 'connect', tags: [tags.connection], messages: [inChannel('connect')], reply: answeredBy('connected', 'connectRefused'),
    summary: 'Lets a client in.',
    description: `io(url, { auth: { token } }). At most ${handshakes.calls} handshakes of one address in ${handshakes.seconds} s, ${atOncePerAddress} connections of one address and ${atOncePerUser} of one user at the same time. A connection may ask ${connects.calls} times in ${connects.seconds} s; beyond that it is ended.`,
  },
  ...Object.fromEntries(fromClient.map(([name, { summary }]) => [name, {
    action: 'receive', channel, title: name, tags: [tags.sent], summary, description: rateOf(name), 'x-rate-limit': eventRates[name],
    messages: [inChannel(keyOf(name))], reply: answeredBy(replyKey(name), failureKey(name)),
  }])),
  ...Object.fromEntries(fromServer.map(([name, { summary }]) => [name, {
    action: 'send', channel, title: name, tags: [ofConnection.includes(name) ? tags.connection : tags.pushed], summary, messages: [inChannel(keyOf(name))],
  }])),
  unknownEvent: {
    action: 'receive', channel, title: 'any other event', tags: [tags.sent], summary: 'Refuses an event that there is not.', messages: [inChannel('unknownEvent')],
    reply: answeredBy('unknownEventFailure'),
  },
});

const description = [
  `Socket.IO 4 on the path /socket.io of the gateway. The access token goes into the handshake as auth.token. A frame has at most ${limits.socketFrameBytes} bytes.`,
  'An acknowledgement has one argument: the reply, or `{success: false, code, message}`. An event without an acknowledgement that is refused is answered by `sendMessageFailed` or `eventFailed`.',
  `Rate limits: ${Object.entries(eventRates).map(([name, { atOnce, perSecond }]) => `${name} ${atOnce} at once and ${perSecond} a second`).join(', ')} of one user;`
  + ` ${handshakes.calls} handshakes of one address in ${handshakes.seconds} s; ${atOncePerAddress} connections of one address and ${atOncePerUser} of one user at the same time.`,
].join('\n\n');

/** The Socket.IO contract as AsyncAPI 3, told from the server's side: it receives what clients emit. */
export const asyncApiDocument = () => {
  const messages = eventMessages();
  return {
    asyncapi: '3.0.0',
    info: { title: 'Chat Backend events', version: contractVersion, description, license: { name: 'MIT' }, tags: Object.values(tags) },
    defaultContentType: 'application/json',
    servers: {
      gateway: {
        host: 'localhost:2001', pathname: '/socket.io', protocol: 'ws', description: 'Where the gateway is reached; wss behind TLS.',
        security: [{ $ref: '#/components/securitySchemes/token' }],
      },
    },
    channels: {
      socket: {
        address: '/', title: 'The main namespace', description: 'All events go over one connection.',
        messages: Object.fromEntries(messages.map(({ key }) => [key, { $ref: `#/components/messages/${key}` }])),
      },
    },
    operations: operations(),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token, as auth.token of the handshake. auth:refresh renews it in place.' } },
      messages: Object.fromEntries(messages.map(message)),
    },
  };
};
