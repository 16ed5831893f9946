import { fields, sendMessage, type BatchEntry, type SendMessage, type SendMessageReply } from '@chat-backend/contracts';
import { fieldErrors, Refusal, type AuditTrail } from '@chat-backend/service-kit';
import { v7 as newId } from 'uuid';
import type { ChatSocket } from '../chat-server';
import type { Authenticate } from '../connections/authenticate-socket';
import type { AdmitEvent } from '../events/limit-rates';
import { readEvent, type Event } from '../events/read-event';
import { failureFrom, failureOf, type Failure } from '../failures';
import type { RealtimeMetrics } from '../metrics';
import type { SendingSockets } from '../pushing/sending-sockets';
import { conversationKey } from './conversation-key';
import type { SendLine } from './send-line';
import type { SendOutcome } from './waiting-sends';

export interface ReceiveMessageDependencies {
  authenticate: Authenticate;
  admit: AdmitEvent;
  line: Pick<SendLine, 'add'>;
  sendingSockets: SendingSockets;
  metrics: RealtimeMetrics;
  audit: Pick<AuditTrail, 'refused'>;
  /** False once this process is stopping. */
  takesMessages: () => boolean;
  /** How long a message is tried before its sender hears that the service is not available. */
  triedForMs: number;
}

/** One client must not take all the room that there is for waiting messages. */
const waitingPerSocket = 1_000;

const isRefused = (outcome: SendOutcome): outcome is Extract<SendOutcome, { code: unknown }> => 'code' in outcome;

/** @throws Refusal INVALID_REQUEST with every fault */
const validated = (payload: unknown): SendMessage => {
  const result = sendMessage.safeParse(payload);
  if (!result.success) throw new Refusal('INVALID_REQUEST', { errors: fieldErrors(result.error) });
  return result.data;
};

/** Names the message in a failure that comes as an event, if it has a name. */
const givenClientMessageId = (payload: unknown): string | undefined =>
  typeof payload === 'object' && payload !== null && 'clientMessageId' in payload ? fields.id.safeParse(payload.clientMessageId).data : undefined;

/**
 * Takes `sendMessage` of every socket: validates it, and answers when messaging has stored it or refused it.
 * One function for all sockets: an idle one costs no closure.
 */
export const receiveMessage = ({ authenticate, admit, line, sendingSockets, metrics, audit, takesMessages, triedForMs }: ReceiveMessageDependencies) => {
  /** @throws Refusal of a token of its own that does not name this user */
  const checkToken = (socket: ChatSocket, token: string | undefined): void => {
    if (token === undefined || token === socket.handshake.auth['token']) return;
    if (authenticate(token).userId !== socket.data.caller.userId) throw new Refusal('TOKEN_INVALID');
  };

  const fail = (socket: ChatSocket, { acknowledge }: Event, failure: Failure): void => {
    const { caller: { userId }, address } = socket.data;
    metrics.acknowledged(failure.code);
    audit.refused({ refusal: { code: failure.code, details: {} }, call: 'sendMessage', userId, address });
    if (acknowledge === undefined) socket.emit('sendMessageFailed', failure);
    else acknowledge(failure);
  };

  const answer = (socket: ChatSocket, event: Event, entry: BatchEntry, outcome: SendOutcome): void => {
    socket.data.sending -= 1;
    const { to, senderId: from, clientMessageId } = entry;
    if (isRefused(outcome)) { fail(socket, event, failureOf(outcome.code, { clientMessageId })); return; }
    metrics.acknowledged('stored');
    const reply: SendMessageReply = { to, from, id: outcome.id, seq: outcome.seq, clientMessageId, createdAt: outcome.createdAt };
    event.acknowledge?.(reply);
  };

  /** @throws Refusal */
  const send = (socket: ChatSocket, event: Event): void => {
    if (!takesMessages()) throw new Refusal('UNAVAILABLE');
    admit(socket.data.caller.userId);
    if (event.fault !== undefined) throw new Refusal('INVALID_REQUEST', { errors: [event.fault] });
    // Field by field, as every message passes here: copying what is left with `...` took more than a microsecond.
    const { token, to, chatType, message, messageType, clientMessageId = newId() } = validated(event.payload);
    checkToken(socket, token);
    if (socket.data.sending >= waitingPerSocket) throw new Refusal('BUSY');
    const entry: BatchEntry = { senderId: socket.data.caller.userId, to, chatType, message, messageType, clientMessageId };
    const settle = (outcome: SendOutcome): void => { answer(socket, event, entry, outcome); };
    if (!line.add({ entry, conversation: conversationKey(entry), until: performance.now() + triedForMs, settle })) throw new Refusal('BUSY');
    socket.data.sending += 1;
    sendingSockets.remember(entry.senderId, clientMessageId, socket.id);
  };

  return function (this: ChatSocket, ...given: unknown[]): void {
    const event = readEvent(given);
    try {
      send(this, event);
    } catch (error) {
      fail(this, event, failureFrom(error, givenClientMessageId(event.payload)));
    }
  };
};
