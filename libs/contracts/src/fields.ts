import { z } from 'zod';

/** Sizes that the reference publishes. Lengths are UTF-16 code units, as JavaScript counts them. */
export const limits = {
  requestBodyBytes: 32 * 1024,
  socketFrameBytes: 64 * 1024,
  emailLength: 254,
  passwordMinLength: 8,
  passwordMaxLength: 128,
  nameLength: 64,
  deviceLength: 200,
  aboutLength: 500,
  linkLength: 2048,
  messageLength: 8192,
  tokenLength: 4096,
  queryLength: 100,
  pageSize: 100,
  defaultPageSize: 50,
  /** Of one sync: conversations asked for, messages and changes answered for all of them, characters of messages, entries of the log. */
  syncConversations: 200,
  syncMessages: 500,
  syncCharacters: 200_000,
  syncLogEntries: 200,
  exportRecords: 100,
  /** Each is a room of each socket of the user, and is read at each connect. */
  groupsOfUser: 1_000,
  /** That go on; a sign-in beyond it ends the oldest. All of them can be ended in one transaction. */
  sessionsOfUser: 200,
} as const;

/** Postgres cannot hold NUL in text, and a lone surrogate has no UTF-8 form: both are refused, never repaired. */
export const isStorableText = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed();

export const text = (maxLength: number) =>
  z.string().max(maxLength).refine(isStorableText, { error: 'must not contain NUL or a lone surrogate' });

/** Control characters, line ends, and what turns the direction of the text after it: a name must not change how the page around it reads. */
const controlCharacters = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** Of these alone a name would look like no name, or like somebody else's: blanks, what has no width, fillers. They may stand beside others: emoji are joined by some. */
const unseenCharacters = /[\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}\s\u2800]/gu;

export const name = (maxLength: number) =>
  text(maxLength)
    .min(1)
    .refine((value) => value.replace(unseenCharacters, '').length > 0, { error: 'must not be blank' })
    .refine((value) => !controlCharacters.test(value), { error: 'must not contain control characters' });

/** What browsers leave out before they read an address: it must not hide a scheme. */
const unreadByBrowsers = /^[\u0000-\u0020]+|[\t\n\r]/g;
const httpsAddress = /^https:\/\/[^/\\?#]/i;
/** A scheme, or two slashes: then the page around it decides on the scheme. */
const leadsElsewhere = /^(?:[a-z][a-z\d+.-]*:|[/\\]{2})/i;

/** A link leads to an `https:` address, or is a bare name as the documented examples have it, of which each app makes what it will. The server follows none. */
const isSafeLink = (value: string): boolean => {
  const read = value.replace(unreadByBrowsers, '');
  return httpsAddress.test(read) || !leadsElsewhere.test(read);
};
export const unsafeLink = 'must be an https: address, or a name without a scheme';

export const email = z.string().trim().toLowerCase().max(limits.emailLength).pipe(z.email());
export const id = z.uuid().toLowerCase();
export const newPassword = text(limits.passwordMaxLength).min(limits.passwordMinLength);
export const givenPassword = text(limits.passwordMaxLength).min(1);
export const token = z.string().min(1).max(limits.tokenLength).refine(isStorableText, { error: 'must not contain NUL or a lone surrogate' });
export const oneTimeCode = z.string().regex(/^\d{6}$/, { error: 'must be six digits' });
/** A one-time code or, in its place, a recovery code in letters of either size. */
export const secondFactor = z.string().regex(/^(\d{6}|([A-Za-z2-7]{6}-){3}[A-Za-z2-7]{6})$/, { error: 'must be six digits, or a recovery code' });
export const recoveryCode = z.string().regex(/^([a-z2-7]{6}-){3}[a-z2-7]{6}$/);
export const twoFactorMethod = z.enum(['mail', 'totp']);
export const userName = name(limits.nameLength);
export const about = text(limits.aboutLength);
export const profileImage = text(limits.linkLength).refine(isSafeLink, { error: unsafeLink });
export const age = z.int().min(0).max(150);
export const groupName = name(limits.nameLength);

export const chatType = z.enum(['friend', 'group']);
export const messageType = z.enum(['TEXT', 'IMAGE', 'VIDEO']);
export const messageText = text(limits.messageLength).min(1);
/** Text says what it will; an image or a video is named by a link. */
export const isTextOfType = (messageType: MessageType, message: string): boolean => messageType === 'TEXT' || isSafeLink(message);
/** A message's number in its conversation: 1, 2, 3 … without a gap. */
export const seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** A conversation's count of changes to its messages (edited, deleted) when one was last changed; 0: never. */
export const revision = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** An event's number in the log of its user: 1, 2, 3 …, without a gap when it was written; an event gives way to a later one of the same subject. */
export const logNumber = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
export const timestamp = z.iso.datetime();

/** Paging of lists of people and groups: `cursor` is what the last reply named as `nextCursor`. */
export const listPaging = {
  limit: z.int().min(1).max(limits.pageSize).optional(),
  cursor: text(512).min(1).optional(),
};

export type TwoFactorMethod = z.infer<typeof twoFactorMethod>;
export type ChatType = z.infer<typeof chatType>;
export type MessageType = z.infer<typeof messageType>;
