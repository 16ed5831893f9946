import type { AnswerOf, messages, RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { ChangeMessage } from './change-message';

type Endpoint = typeof messages.deleteMessage;

/** Takes back a message of mine, for good: it keeps its place and number and loses its text. @throws what changeMessage throws */
export const deleteMessage = (change: ChangeMessage) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> =>
  ({ data: await change({ userId: caller.userId, ...body, text: null }) });
