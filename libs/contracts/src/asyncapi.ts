import type { z } from 'zod';
import { exampleOf, jsonSchemaOf } from './example-of';
import { limits } from './fields';
import { contractVersion } from './openapi';
import { connectionLimits, eventRates } from './rate-limits';
import { eventFailure, socketEvents } from './socket-events';

interface EventMessage { name: string; summary: string; payload: z.ZodType }

const fromClient = Object.entries(socketEvents.fromClient);
const fromServer = Object.entries(socketEvents.fromServer);

/** A message's key has no colon. */
const keyOf = (event: string): string => event.replaceAll(':', '.');
const replyName = (event: string): string => `${event}Reply`;
const failureName = 'eventFailure';
const { handshakes, atOncePerAddress, atOncePerUser } = connectionLimits;

const allMessages: EventMessage[] = [
  ...fromClient.flatMap(([name, { payload, reply, summary }]) => [
    { name, summary, payload },
    { name: replyName(name), summary: `Acknowledges ${name}.`, payload: reply },
  ]),
  { name: failureName, summary: 'Acknowledges an event that was refused.', payload: eventFailure },
  ...fromServer.map(([name, { payload, summary }]) => ({ name, summary, payload })),
];

const message = ({ name, summary, payload }: EventMessage) => {
  const schema = jsonSchemaOf(payload);
  return [keyOf(name), { name, summary, contentType: 'application/json', payload: schema, examples: [{ payload: exampleOf(schema) }] }] as const;
};
const channel = { $ref: '#/channels/socket' };
const inChannel = (name: string) => ({ $ref: `#/channels/socket/messages/${keyOf(name)}` });

/** The Socket.IO contract as AsyncAPI 3, told from the server's side: it receives what clients emit. */
export const asyncApiDocument = () => ({
  asyncapi: '3.0.0',
  info: {
    title: 'Chat Backend events', version: contractVersion,
    description: `Socket.IO 4 on the path /socket.io of the gateway. The access token goes into the handshake as auth.token. A frame has at most ${limits.socketFrameBytes} bytes.`
      + ` Rate limits: ${Object.entries(eventRates).map(([name, { atOnce, perSecond }]) => `${name} ${atOnce} at once and ${perSecond} a second`).join(', ')} of one user;`
      + ` ${handshakes.calls} handshakes of one address in ${handshakes.seconds} s; ${atOncePerAddress} connections of one address and ${atOncePerUser} of one user at the same time.`,
  },
  defaultContentType: 'application/json',
  servers: {
    gateway: {
      host: 'localhost:2001', pathname: '/socket.io', protocol: 'ws', description: 'Where the gateway is reached; wss behind TLS.',
      security: [{ $ref: '#/components/securitySchemes/token' }],
    },
  },
  channels: {
    socket: {
      address: '/', title: 'The main namespace',
      messages: Object.fromEntries(allMessages.map(({ name }) => [keyOf(name), { $ref: `#/components/messages/${keyOf(name)}` }])),
    },
  },
  operations: {
    ...Object.fromEntries(fromClient.map(([name, { summary }]) => [name, {
      action: 'receive', channel, summary, messages: [inChannel(name)],
      reply: { channel, messages: [inChannel(replyName(name)), inChannel(failureName)] },
    }])),
    ...Object.fromEntries(fromServer.map(([name, { summary }]) => [name, { action: 'send', channel, summary, messages: [inChannel(name)] }])),
  },
  components: {
    securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'auth.token of the handshake' } },
    messages: Object.fromEntries(allMessages.map(message)),
  },
});
