import type { ChatType } from '@chat-backend/contracts';
import { firstReason, ownOnly, type PoliciesOf } from '@chat-backend/service-kit';

interface OfGroup { chatType: 'group'; isOpen: boolean; isMember: boolean }
/** `hasHistory`: they wrote to each other once. Unfriending and blocking do not take away what was written. */
interface OfPair { chatType: 'friend'; areFriends: boolean; hasHistory: boolean }

export const mayRead = (facts: OfGroup | OfPair) => facts.chatType === 'group'
  ? firstReason([!facts.isOpen, 'GROUP_NOT_FOUND'], [!facts.isMember, 'NOT_A_MEMBER'])
  : firstReason([!facts.areFriends && !facts.hasHistory, 'CONVERSATION_NOT_FOUND']);

/** Writing is judged in SQL, many messages at once, by send_batch, and in the same words by chats/check-may-write.ts. This is the reason that is given. */
export const mayWrite = ({ chatType, isAllowed }: { chatType: ChatType; isAllowed: boolean }) =>
  firstReason([!isAllowed, chatType === 'group' ? 'NOT_A_MEMBER' : 'NOT_FRIENDS']);

/** Asked of who may write there, of a message that is there. */
const mayChange = ({ isMine }: { isMine: boolean }) => firstReason([!isMine, 'NOT_THE_SENDER']);

/** Who may do what with chats and messages. */
export const policies = {
  'get-conversations': ownOnly,
  /** Groups are public; a person is shown to friends and to those who share a history. */
  'get-chat-details': (facts: { chatType: 'group' } | OfPair) =>
    facts.chatType === 'group' ? undefined : firstReason([!facts.areFriends && !facts.hasHistory, 'USER_NOT_FOUND']),
  'get-messages': mayRead,
  'mark-read': mayRead,
  'edit-message': mayChange,
  'delete-message': mayChange,
  /** A group that the caller is not in is answered as gone (catch-up/read-conversation-pages.ts). */
  sync: ownOnly,
  'export-messages': ownOnly,
} satisfies PoliciesOf<'messaging'>;
