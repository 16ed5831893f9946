import type { GatheredAuditEntry } from './audit-log';
import type { ServiceName } from './endpoint';
import type { SyncReply, SyncRequest } from './endpoints/messages';
import type { ErrorCode } from './error-codes';
import type { ChatType, MessageType } from './fields';
import type { CommittedMessage } from './domain-events';

/** One message of a batch, validated at the edge. */
export interface BatchEntry {
  senderId: string;
  to: string;
  chatType: ChatType;
  message: string;
  messageType: MessageType;
  clientMessageId: string;
}

/** What became of one entry: stored now, stored before (a retry, whose push was made then), or refused. */
export type BatchResult =
  | { status: 'stored'; committed: CommittedMessage }
  | { status: 'duplicate'; id: string; seq: number; createdAt: string }
  | { status: 'refused'; code: ErrorCode };

export interface GroupMembershipState { groupId: string; membershipVersion: number; lastSeq: number }

/**
 * The calls that services make to each other. They are authenticated by a key derived from SECRET_KEY,
 * never routed by the gateway, and carry data that was validated where it entered.
 */
export interface InternalCalls {
  /**
   * Stores a batch. Results are in the order of the entries. `pushed` names outbox entries whose messages have left: they are deleted with this batch.
   * A conversation that another transaction holds is stored after the rest, which commits without it: the reply waits for it up to a second; with
   * `waitForHeld: false` it does not wait. What is still held then comes back refused as BUSY: send it again with the same clientMessageId.
   */
  'send-batch': { request: { entries: BatchEntry[]; pushed: string[]; waitForHeld?: boolean }; reply: { outboxId: string | null; results: BatchResult[] } };
  /** The groups of each user, as rooms to join. */
  'groups-of-users': { request: { userIds: string[] }; reply: { groups: GroupMembershipState[][] } };
  /** Which of these users are members now, and under which version. Of a group with no more than `allUpTo` members all are named, whoever was asked for: `areAll`. */
  'members-among': { request: { groupId: string; userIds: string[]; allUpTo?: number }; reply: { membershipVersion: number; memberIds: string[]; areAll?: true } };
  /** Messages of a conversation with afterSeq < seq < beforeSeq, in order, for a process that missed their push. At most 500. */
  'messages-between': { request: { conversationId: string; afterSeq: number; beforeSeq: number }; reply: { messages: CommittedMessage[] } };
  /** Of each conversation the lowest number that is in the outbox: committed, and perhaps not pushed yet by the process that sent it. null: there is none. At most 1,000. */
  'lowest-unpushed': { request: { conversationIds: string[] }; reply: { seqs: (number | null)[] } };
  /** What each user missed; the replies are in the order of the requests. However many ask, it costs a few queries; their pages are smaller when many miss much. At most 200 requests. */
  'sync-users': { request: { requests: { userId: string; request: SyncRequest }[] }; reply: { replies: SyncReply[] } };
  'mark-read': {
    request: { userId: string; chatId: string; chatType: ChatType; seq: number };
    reply: { status: 'marked'; lastReadSeq: number } | { status: 'refused'; code: ErrorCode };
  };
  /** Sessions that ended since the cursor of the last answer (0 at first: all whose access tokens may still live). The answer overlaps the one before, as commits may appear late. `ofDeletedAccounts`: those of them that went with their account. */
  'revoked-since': { request: { cursor: number }; reply: { cursor: number; sessionIds: string[]; ofDeletedAccounts?: string[] } };
  /** Writes what a service without a database gathered for the audit log. Repeated with the same ids, it is written once. */
  'record-audit': { request: { entries: GatheredAuditEntry[] }; reply: { recorded: number } };
}
export type InternalCallName = keyof InternalCalls;

export const internalCallOwners: Record<InternalCallName, ServiceName> = {
  'send-batch': 'messaging',
  'groups-of-users': 'messaging',
  'members-among': 'messaging',
  'messages-between': 'messaging',
  'lowest-unpushed': 'messaging',
  'sync-users': 'messaging',
  'mark-read': 'messaging',
  'revoked-since': 'auth',
  'record-audit': 'auth',
};
export const internalPrefix = '/internal';
