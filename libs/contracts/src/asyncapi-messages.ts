import type { z } from 'zod';
import type { ErrorCode } from './error-codes';
import { errorCodes } from './error-codes';
import { examplesOf, jsonSchemaOf, type JsonSchema } from './example-of';
import { eventFailureExample } from './failure-examples';
import { connectAuth, connected, connectRefusals, connectRefused, eventFailed, eventFailure, sessionEnded, sessionEndings, socketEvents, unknownEvent } from './socket-events';

/** A message of the document: what goes over the socket in one direction, and its name on the wire. */
export interface EventMessage { key: string; name: string; title: string; summary: string; payload: JsonSchema; examples: unknown[] }

/** A message's key has no colon. */
export const keyOf = (event: string): string => event.replaceAll(':', '.');
export const replyKey = (event: string): string => `${keyOf(event)}Reply`;
export const failureKey = (event: string): string => `${keyOf(event)}Failure`;

const fromClient = Object.entries(socketEvents.fromClient);
const fromServer = Object.entries(socketEvents.fromServer);
const refusalsOfEvents = [...new Set(fromClient.flatMap(([, { refusals }]) => refusals))];

const list = (codes: readonly ErrorCode[]): string => codes.map((code) => `\`${code}\`: ${errorCodes[code].message}`).join('; ');
const withCodes = (schema: z.ZodType, codes: readonly ErrorCode[]): JsonSchema => {
  const described = jsonSchemaOf(schema);
  return { ...described, properties: { ...described.properties, code: { type: 'string', enum: [...codes] } } };
};

const plain = (key: string, name: string, title: string, summary: string, payload: z.ZodType): EventMessage => {
  const schema = jsonSchemaOf(payload);
  return { key, name, title, summary, payload: schema, examples: examplesOf(schema) };
};

const acknowledgements = (event: string, { reply, refusals }: { reply: z.ZodType; refusals: readonly ErrorCode[] }): EventMessage[] => [
  plain(replyKey(event), event, `Acknowledgement of ${event}`, `Acknowledges ${event}.`, reply),
  {
    key: failureKey(event), name: event, title: `Refusal of ${event}`, summary: `Acknowledges ${event} when it was refused. ${list(refusals)}.`,
    payload: withCodes(eventFailure, refusals), examples: refusals.map(eventFailureExample),
  },
];

const sessionEndedExample = (code: ErrorCode) => ({ code, message: errorCodes[code].message });

/** Pushed events whose code is one of few. */
const coded: Readonly<Record<string, Pick<EventMessage, 'payload' | 'examples'>>> = {
  sendMessageFailed: { payload: withCodes(eventFailure, socketEvents.fromClient.sendMessage.refusals), examples: [eventFailureExample('NOT_FRIENDS')] },
  eventFailed: { payload: withCodes(eventFailed, [...refusalsOfEvents, unknownEvent]), examples: [{ ...eventFailureExample('INVALID_REQUEST'), event: 'markRead' }] },
  sessionEnded: { payload: withCodes(sessionEnded, sessionEndings), examples: [...sessionEndings.map(sessionEndedExample), { ...sessionEndedExample('SESSION_REVOKED'), reason: 'accountDeleted' }] },
};

const refusedExample = (code: ErrorCode) => ({ message: errorCodes[code].message, data: { code, message: errorCodes[code].message } });
const refusedConnection = (): JsonSchema => {
  const schema = jsonSchemaOf(connectRefused);
  return { ...schema, properties: { ...schema.properties, data: withCodes(connectRefused.shape.data.unwrap(), connectRefusals) } };
};

/** Every message that there is: the handshake's, those of clients with their acknowledgements, what is pushed, and what answers an unknown event. */
export const eventMessages = (): EventMessage[] => [
  plain('connect', 'connect', 'Handshake', 'Asks to be let in: auth of the handshake.', connectAuth),
  plain('connected', 'connect', 'Connected', 'The socket is open, and its user is in every room.', connected),
  {
    key: 'connectRefused', name: 'connect_error', title: 'Connection refused', summary: `Says why the socket was not let in, in data of connect_error. ${list(connectRefusals)}.`,
    payload: refusedConnection(), examples: connectRefusals.map(refusedExample),
  },
  ...fromClient.flatMap(([name, event]) => [plain(keyOf(name), name, name, event.summary, event.payload), ...acknowledgements(name, event)]),
  ...fromServer.map(([name, { payload, summary }]) => ({ ...plain(keyOf(name), name, name, summary, payload), ...coded[name] })),
  { key: 'unknownEvent', name: 'unknownEvent', title: 'Any other event', summary: 'An event that there is not.', payload: {}, examples: [{}] },
  {
    key: 'unknownEventFailure', name: 'unknownEvent', title: 'Refusal of any other event', summary: 'Acknowledges an event that there is not.',
    payload: withCodes(eventFailure, [unknownEvent]), examples: [eventFailureExample(unknownEvent)],
  },
];
