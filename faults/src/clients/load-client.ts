import type { ChatType } from '@chat-backend/contracts';

/** A conversation as one of its people names it. */
export interface Chat { conversation: string; chatId: string; chatType: ChatType }

/** One device of a user: what the load needs of a client, however it is built. Everything that it hears and does is recorded. */
export interface LoadClient {
  name: string;
  user: string;
  /** Resolves when it is connected for the first time and has what there is. */
  open(): Promise<void>;
  /** Resolves when the message is stored or refused for good. Within a chat each waits for the one before, so that the order is the sender's. */
  send(chat: Chat, body: string): Promise<void>;
  /** Messages that are neither stored nor refused yet. */
  undecided(): number;
  follow(chat: Chat): void;
  unfollow(chat: Chat): void;
  /** It has every message of the conversation up to this number. */
  upTo(conversation: string): number;
  /** Asks for what it lacks. */
  catchUp(): Promise<void>;
  close(): void;
}
