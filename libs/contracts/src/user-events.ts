import { z } from 'zod';
import { group } from './endpoints/groups';
import { person } from './endpoints/social-graph';
import * as f from './fields';

const event = { number: f.logNumber, createdAt: f.timestamp };

/** What there is between another user and me now. `user` is as it was then. `blocked`: I block the user; who is blocked by another is told `none`, and that only if something ended. */
const friendship = z.object({ ...event, kind: z.literal('friendship'), state: z.enum(['none', 'requestSent', 'requestReceived', 'friends', 'blocked']), user: person });
/** What I am in a group now. */
const membership = z.object({ ...event, kind: z.literal('membership'), state: z.enum(['none', 'member', 'owner']), group });
/** How far I have read. Sending moves it too, without an event: to one's own message. */
const read = z.object({ ...event, kind: z.literal('read'), chatId: f.id, chatType: f.chatType, lastReadSeq: f.seq });
/** Who I am. */
const profile = z.object({
  ...event, kind: z.literal('profile'),
  userName: z.string().nullable(), about: z.string().nullable(), profileImage: z.string().nullable(), age: z.int().nullable(),
});
/** A session of mine began, or was ended; one that nobody ends is over at `expiresAt` without a further event. */
const session = z.object({
  ...event, kind: z.literal('session'), state: z.enum(['active', 'ended']),
  sessionId: f.id, device: z.string().nullable(), startedAt: f.timestamp, expiresAt: f.timestamp,
});
/** My password was changed: by a session of mine, or (null) by who reads my mails. */
const password = z.object({ ...event, kind: z.literal('password'), changedBySessionId: f.id.nullable() });

/**
 * One event of a user's log: pushed to all of the user's sockets and kept for those that were away. A later one of the same subject (the other
 * user, the group, the chat, the profile, the session, the password) takes its place.
 */
export const userEvent = z.union([friendship, membership, read, profile, session, password]);
export type UserEvent = z.infer<typeof userEvent>;

type WithoutPlace<Event> = Event extends UserEvent ? Omit<Event, 'number' | 'createdAt'> : never;
/** An event before it has its number. */
export type NewUserEvent = WithoutPlace<UserEvent>;
