import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';
import { group, memberRole } from './groups';
import { storedMessage } from './messages';
import { person } from './social-graph';

/**
 * What is kept of me, as records. Each service answers what it keeps, a page at a time: ask again with `nextCursor` until there is none. A page
 * may have few records, or none, while more follow. All four calls together are the whole.
 */
const exporting = { access: ['access'], rate: 'export', request: z.object({ cursor: f.listPaging.cursor }), refusals: [] } as const;
const paged = { nextCursor: z.string().optional() };

const accountRecord = z.union([
  z.object({
    kind: z.literal('account'), id: f.id, email: z.string(), isVerified: z.boolean(), isTwoFactorEnabled: z.boolean(),
    userName: z.string().nullable(), about: z.string().nullable(), profileImage: z.string().nullable(), age: z.int().nullable(),
    createdAt: f.timestamp, updatedAt: f.timestamp,
  }),
  z.object({ kind: z.literal('session'), id: f.id, device: z.string().nullable(), createdAt: f.timestamp, expiresAt: f.timestamp, revokedAt: f.timestamp.nullable() }),
  /** A mail that was written to me; its text is made when it is sent, and kept nowhere. */
  z.object({ kind: z.literal('mail'), id: f.id, purpose: z.string(), address: z.string(), status: z.string(), createdAt: f.timestamp, sentAt: f.timestamp.nullable() }),
]);
export type AccountRecord = z.infer<typeof accountRecord>;

const pair = { user: person, createdAt: f.timestamp };
const friendsRecord = z.union([
  z.object({ kind: z.literal('friend'), ...pair }),
  z.object({ kind: z.literal('requestSent'), ...pair, updatedAt: f.timestamp, status: z.string() }),
  z.object({ kind: z.literal('requestReceived'), ...pair, updatedAt: f.timestamp, status: z.string() }),
  z.object({ kind: z.literal('blocked'), ...pair }),
]);
export type FriendsRecord = z.infer<typeof friendsRecord>;

const groupsRecord = z.object({ kind: z.literal('membership'), group, role: memberRole, joinedAt: f.timestamp });
export type GroupsRecord = z.infer<typeof groupsRecord>;

const chat = { chatId: f.id, chatType: f.chatType };
const messagesRecord = z.union([
  z.object({ kind: z.literal('conversation'), ...chat, lastReadSeq: f.seq }),
  z.object({ kind: z.literal('message'), ...chat, ...storedMessage.shape }),
]);
export type MessagesRecord = z.infer<typeof messagesRecord>;

export const exportAccount = defineEndpoint({
  ...exporting, name: 'export-account', service: 'auth',
  summary: 'Exports my account, profile, sessions and the mails that were written to me, a page at a time. The rest: export-friends, export-groups and export-messages.',
  message: 'Account exported successfully', data: z.array(accountRecord), extra: paged,
});
export const exportFriends = defineEndpoint({
  ...exporting, name: 'export-friends', service: 'social-graph', summary: 'Exports my friends, the requests that I sent and got, and whom I block, a page at a time.',
  message: 'Friends exported successfully', data: z.array(friendsRecord), extra: paged,
});
export const exportGroups = defineEndpoint({
  ...exporting, name: 'export-groups', service: 'group', summary: 'Exports the groups that I am in and my role in each, a page at a time.',
  message: 'Groups exported successfully', data: z.array(groupsRecord), extra: paged,
});
export const exportMessages = defineEndpoint({
  ...exporting, name: 'export-messages', service: 'messaging',
  summary: 'Exports my chats, how far I read each, all messages of my friend chats, and those that I wrote in groups, a page at a time.',
  message: 'Messages exported successfully', data: z.array(messagesRecord), extra: paged,
});

export const deleteAccount = defineEndpoint({
  name: 'delete-account', service: 'auth', access: ['access'], rate: 'sensitive',
  summary: 'Deletes my account, for good: at once I am signed out everywhere and the address is free; then what is kept of me goes. My messages keep their place, '
    + 'with an author who is nobody; with `messages: erase` their texts go too. With two-factor on, a code is needed: the call without one mails it.',
  request: z.object({ password: f.givenPassword, otp: f.secondFactor.optional(), messages: z.enum(['keep', 'erase']).optional() }),
  message: 'Account deleted successfully',
  refusals: ['WRONG_CREDENTIALS', 'CODE_REQUIRED', 'WRONG_CODE', 'CHALLENGE_EXPIRED', 'TOO_MANY_WRONG_CODES', 'BUSY'],
});
