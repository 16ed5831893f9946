import type { AnswerOf, messages, RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { ChangeMessage } from './change-message';

type Endpoint = typeof messages.editMessage;

/** Gives a message of mine another text. The same text changes nothing. @throws what changeMessage throws */
export const editMessage = (change: ChangeMessage) => async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
  const { message: text, ...message } = body;
  return { data: await change({ userId: caller.userId, ...message, text }) };
};
