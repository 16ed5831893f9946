import { limits } from '@chat-backend/contracts';
import { anyUser, firstReason, ownOnly, type PoliciesOf } from '@chat-backend/service-kit';

interface Member { isMember: boolean }

/** In how many groups the caller is. Asked for a membership more: who asks for several at one moment may get a few above the limit. */
const mayEnter = ({ groups }: { groups: number }) => firstReason([groups >= limits.groupsOfUser, 'TOO_MANY_GROUPS']);

/** Who may do what with a group that is there and open. Groups are public: everybody may make, find and join one. Blocks hold between two users, not in groups. */
export const policies = {
  'create-group': mayEnter,
  'join-group': mayEnter,
  'leave-group': ({ isMember }: Member) => firstReason([!isMember, 'NOT_A_MEMBER']),
  'get-all-groups': ownOnly,
  'export-groups': ownOnly,
  'get-all-groups-join': anyUser,
  'get-group-members': ({ isOpen, isMember }: Member & { isOpen: boolean }) => firstReason([!isOpen, 'GROUP_NOT_FOUND'], [!isMember, 'NOT_A_MEMBER']),
  'remove-member': ({ isMember, isOwner, isOtherMember }: Member & { isOwner: boolean; /** Whom the call names. */ isOtherMember: boolean }) =>
    firstReason([!isMember, 'NOT_A_MEMBER'], [!isOwner, 'NOT_THE_OWNER'], [!isOtherMember, 'MEMBER_NOT_FOUND']),
} satisfies PoliciesOf<'group'>;
