import type { ChatError } from './chat-error';
import type { Chat, ChatMessage } from './chats';
import type { SessionEnded, UserEvent } from './contract';
import type { UnsentMessage } from './sending/unsent-messages';

/**
 * `offline`: no connection, perhaps waiting for the next try; `connecting`; `syncing`: connected, fetching what was missed; `live`: everything is here
 * and comes as it happens; `ended`: nobody is signed in any more.
 */
export type ChatState = 'offline' | 'connecting' | 'syncing' | 'live' | 'ended';

/**
 * What should not happen, and did. It is told, not thrown; what a fault concerns is asked for again.
 * `INVALID_PAGE`, `INVALID_PUSH`: the server said what cannot be; `LOG_RESET`: its log of me went back (a backup was restored): read the lists again;
 * `HANDLER`: a handler of the app threw; `STORAGE`: the storage refused.
 */
export interface Fault {
  code: 'INVALID_PAGE' | 'INVALID_PUSH' | 'LOG_RESET' | 'HANDLER' | 'STORAGE';
  message: string;
  cause?: unknown;
}

export interface ChatEvents {
  state: ChatState;
  /** Each message once, in the order of its chat, mine too. */
  message: ChatMessage;
  /** A message that was handed out before is now this: edited, or taken back. */
  messageChanged: ChatMessage;
  /** Of my log: a friendship, a membership, what I have read, my profile, my sessions, my password. */
  userEvent: UserEvent;
  /** I am not in this group any more. */
  conversationGone: Chat;
  /** The server knows less of this chat than it did (a backup was restored): forget what you have, read its history up to `seq`; what follows comes as `message`. */
  conversationReset: Chat & { seq: number };
  /** A message was refused for good, and is in the queue no more. */
  sendRefused: { message: UnsentMessage; error: ChatError };
  /** `reason`: not the session alone is over, the account was deleted. */
  sessionEnded: SessionEnded;
  fault: Fault;
}
