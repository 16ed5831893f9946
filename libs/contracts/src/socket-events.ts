import { z } from 'zod';
import { markRead, storedMessage, syncReply, syncRequest } from './endpoints/messages';
import type { ErrorCode } from './error-codes';
import * as f from './fields';
import { userEvent } from './user-events';

/** Client → server, acknowledged. A `token` beside the handshake's is accepted and must name the same user. */
export const sendMessage = z.object({
  token: f.token.optional(),
  to: f.id,
  chatType: f.chatType,
  message: f.messageText,
  messageType: f.messageType,
  clientMessageId: f.id.optional(),
}).refine(({ messageType, message }) => f.isTextOfType(messageType, message), { path: ['message'], error: f.unsafeLink });
export type SendMessage = z.infer<typeof sendMessage>;

/** The acknowledgement of a stored message: the documented `{to, from}` and what identifies the message for ever. */
export const sendMessageReply = z.object({
  to: f.id, from: f.id, id: f.id, seq: f.seq, clientMessageId: f.id, createdAt: f.timestamp,
});
export type SendMessageReply = z.infer<typeof sendMessageReply>;

/** A refused event's acknowledgement; also the payload of `sendMessageFailed`. */
export const eventFailure = z.object({
  success: z.literal(false), code: z.string(), message: z.string(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  clientMessageId: f.id.optional(),
  /** With RATE_LIMITED: wait so long. */
  retryAfterMs: z.int().optional(),
});
export type EventFailure = z.infer<typeof eventFailure>;

/** Server → client: an event without an acknowledgement was refused that has no failure event of its own. */
export const eventFailed = eventFailure.extend({ event: z.string() });
export type EventFailed = z.infer<typeof eventFailed>;

/** Client → server, acknowledged: another access token of the same user, for a socket that stays open. The socket ends with the session of the new token. */
export const authRefresh = z.object({ token: f.token });
/** Seconds until the new token, and the socket with it, expires. */
export const authRefreshReply = z.object({ expiresIn: z.int() });

/** Server → client, to the recipients and to the sender's other sockets. */
export const newMessage = z.object({
  to: f.id, from: f.id, id: f.id, seq: f.seq, clientMessageId: f.id,
  chatType: f.chatType, messageType: f.messageType, message: z.string(), createdAt: f.timestamp,
});
export type NewMessage = z.infer<typeof newMessage>;

/** Server → client: a message was edited or deleted; this is what it is now. */
export const messageChanged = storedMessage.extend({ chatType: f.chatType });
export type MessageChanged = z.infer<typeof messageChanged>;

/** Server → client before a drain, or its age (SOCKET_MAX_AGE_SECONDS), ends the socket: wait so many milliseconds, then connect again. */
export const serverDraining = z.object({ reconnectAfterMs: z.int() });

/** Server → client: why the server is about to close the socket. `reason` is there where the account is gone, and not only the session: nobody signs in with it again. */
export const sessionEnded = z.object({ code: z.string(), message: z.string(), reason: z.enum(['accountDeleted']).optional() });
export type SessionEnded = z.infer<typeof sessionEnded>;

/** Client → server in the handshake: `io(url, { auth: { token } })`. */
export const connectAuth = z.object({ token: f.token });
/** Server → client: the connection is open, and every room of its user entered. */
export const connected = z.object({ sid: z.string(), pid: z.string().optional() });
/** Server → client: the connection was refused. `data` is that of `connect_error`; Socket.IO itself gives none to who asks for another namespace than `/`. */
export const connectRefused = z.object({ message: z.string(), data: z.object({ code: z.string(), message: z.string() }).optional() });

/** What any event can be refused for, beside its own reasons. */
const ofEveryEvent = ['INVALID_REQUEST', 'RATE_LIMITED', 'BUSY', 'UNAVAILABLE', 'INTERNAL'] as const satisfies readonly ErrorCode[];
const ofTokens = ['TOKEN_INVALID', 'TOKEN_EXPIRED', 'WRONG_TOKEN_PURPOSE', 'SESSION_REVOKED'] as const satisfies readonly ErrorCode[];
const refusals = (...own: ErrorCode[]): readonly ErrorCode[] => [...own, ...ofEveryEvent];
/** What a connection can be refused for. */
export const connectRefusals: readonly ErrorCode[] = ['TOKEN_MISSING', ...ofTokens, 'TOO_MANY_SOCKETS', 'BUSY', 'UNAVAILABLE', 'INTERNAL'];
/** What ends an open connection. */
export const sessionEndings: readonly ErrorCode[] = ['TOKEN_EXPIRED', 'SESSION_REVOKED'];
/** An event that there is not. */
export const unknownEvent: ErrorCode = 'ENDPOINT_NOT_FOUND';

export const socketEvents = {
  fromClient: {
    sendMessage: {
      payload: sendMessage, reply: sendMessageReply, refusals: refusals('NOT_FRIENDS', 'NOT_A_MEMBER', 'IDEMPOTENCY_CONFLICT', ...ofTokens),
      summary: 'Sends a message to a user or group. An IMAGE or a VIDEO is an https: address, or a name without a scheme.',
    },
    markRead: { payload: markRead.request, reply: markRead.data, refusals: refusals(...markRead.refusals), summary: 'Marks what is written up to a message as read; as the call mark-read.' },
    sync: { payload: syncRequest, reply: syncReply, refusals: refusals(), summary: 'Tells what the client missed; as the call sync.' },
    'auth:refresh': { payload: authRefresh, reply: authRefreshReply, refusals: refusals(...ofTokens), summary: 'Renews the token of the socket in place, before it expires.' },
  },
  fromServer: {
    newMessage: { payload: newMessage, summary: 'Receives a new message notification.' },
    messageChanged: { payload: messageChanged, summary: 'Tells that a message was edited or deleted.' },
    userEvent: { payload: userEvent, summary: 'Tells what was added to my log: of a friendship, a membership, what I have read, my profile, my sessions, my password.' },
    sendMessageFailed: { payload: eventFailure, summary: 'Tells that a message sent without an acknowledgement was not stored.' },
    eventFailed: { payload: eventFailed, summary: 'Tells that an event without an acknowledgement was refused: there is no such event, or it was not valid.' },
    sessionEnded: { payload: sessionEnded, summary: 'Tells why the server is about to close the socket.' },
    serverDraining: { payload: serverDraining, summary: 'Tells that this process is about to end the socket, as it stops or as the socket is old, and when to connect again.' },
  },
} as const;
export type ClientEventName = keyof typeof socketEvents.fromClient;
