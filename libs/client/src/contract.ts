import type { AnswerOf, EndpointByName, EndpointName, RequestOf } from '@chat-backend/contracts';

/*
 * What the types of this package take of the contracts. In the package this file is plain types, without zod (packaging/write-plain-types.mjs):
 * a type that is named here before another appears there by its name.
 */
export type { ChatType, ErrorCode, MessageType, TwoFactorMethod } from '@chat-backend/contracts';
export type { StoredMessage, Person, Group, Conversation, UserEvent, SessionEnded, SendMessage, SendMessageReply } from '@chat-backend/contracts';

/** What each call of the REST API takes, by its name. */
export type Requests = { [N in EndpointName]: RequestOf<EndpointByName[N]> };
/** What each call answers: `data` and the fields beside it. */
export type Answers = { [N in EndpointName]: AnswerOf<EndpointByName[N]> };
/** The calls that need no token. */
export type PublicName = { [N in EndpointName]: EndpointByName[N] extends { access: 'public' } ? N : never }[EndpointName];
