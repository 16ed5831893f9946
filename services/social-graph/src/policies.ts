import { anyUser, firstReason, ownOnly, type PoliciesOf } from '@chat-backend/service-kit';

/** What a verb knows of the caller and the user whom the call names. */
interface Named { isMyself: boolean; /** The account exists and takes part. */ isThere: boolean }
interface Request extends Named { /** Either blocks the other. */ isBlocked: boolean; areFriends: boolean; hasAskedMe: boolean }
/** A pending request in the direction that the call is about. */
interface Answer { isPending: boolean }

const mayEnd = ({ isPending }: Answer) => firstReason([!isPending, 'REQUEST_NOT_FOUND']);

/** Who may do what between two users. What is said of a user who blocks is what is said of one who is not there. */
export const policies = {
  'sent-request': ({ isMyself, isThere, isBlocked, areFriends, hasAskedMe }: Request) => firstReason(
    [isMyself, 'CANNOT_BEFRIEND_YOURSELF'], [!isThere || isBlocked, 'USER_NOT_FOUND'], [areFriends, 'ALREADY_FRIENDS'], [hasAskedMe, 'REQUEST_ALREADY_RECEIVED']),
  'accept-request': ({ isPending, isBlocked }: Answer & { isBlocked: boolean }) => firstReason([isBlocked || !isPending, 'REQUEST_NOT_FOUND']),
  'reject-request': mayEnd,
  'cancel-request': mayEnd,
  'remove-friend': ({ areFriends }: { areFriends: boolean }) => firstReason([!areFriends, 'FRIEND_NOT_FOUND']),
  'get-all-user-sent-requests': ownOnly,
  'get-all-received-requests': ownOnly,
  'get-all-users-accept-requests': ownOnly,
  'get-all-friends': ownOnly,
  /** Everybody may search; whom they find is a condition of the query (people/search-users.ts). */
  'search-users': anyUser,
  /** Who is blocked may block, too: else they could not keep away whoever blocked them and thinks better of it. */
  'block-user': ({ isMyself, isThere }: Named) => firstReason([isMyself, 'CANNOT_BLOCK_YOURSELF'], [!isThere, 'USER_NOT_FOUND']),
  'unblock-user': ({ isBlocking }: { isBlocking: boolean }) => firstReason([!isBlocking, 'BLOCK_NOT_FOUND']),
  'get-blocked-users': ownOnly,
  'export-friends': ownOnly,
} satisfies PoliciesOf<'social-graph'>;
