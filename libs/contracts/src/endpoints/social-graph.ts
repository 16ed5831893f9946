import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';

export const person = z.object({
  id: f.id, user_name: z.string().nullable(), about: z.string().nullable(), profile_image: z.string().nullable(),
});
export type Person = z.infer<typeof person>;

const toUser = z.object({ to: f.id });
const people = { data: z.array(person), extra: { nextCursor: z.string().optional() } };
const base = { service: 'social-graph', access: ['access'], rate: 'ordinary' } as const;

export const sentRequest = defineEndpoint({
  ...base, name: 'sent-request', summary: 'Sends a friend request. Sending it again changes nothing.',
  request: toUser, message: 'Request sent successfully.',
  refusals: ['USER_NOT_FOUND', 'ALREADY_FRIENDS', 'REQUEST_ALREADY_RECEIVED', 'CANNOT_BEFRIEND_YOURSELF'],
});
export const acceptRequest = defineEndpoint({
  ...base, name: 'accept-request', summary: 'Accepts the friend request that the user sent me.',
  request: toUser, message: 'Request accepted successfully.', refusals: ['REQUEST_NOT_FOUND'],
});
export const rejectRequest = defineEndpoint({
  ...base, name: 'reject-request', summary: 'Rejects the friend request that the user sent me.',
  request: toUser, message: 'Request rejected successfully.', refusals: ['REQUEST_NOT_FOUND'],
});
export const cancelRequest = defineEndpoint({
  ...base, name: 'cancel-request', summary: 'Takes back my pending friend request.',
  request: toUser, message: 'Request cancelled successfully.', refusals: ['REQUEST_NOT_FOUND'],
});
export const removeFriend = defineEndpoint({
  ...base, name: 'remove-friend', summary: 'Ends the friendship. Both keep the history and may not add to it.',
  request: toUser, message: 'Friend removed successfully.', refusals: ['FRIEND_NOT_FOUND'],
});
export const getAllUserSentRequests = defineEndpoint({
  ...base, ...people, name: 'get-all-user-sent-requests', summary: 'Lists the users to whom my request is pending.',
  request: z.object(f.listPaging), message: 'Profile updated successfully', refusals: [],
});
export const getAllReceivedRequests = defineEndpoint({
  ...base, ...people, name: 'get-all-received-requests', summary: 'Lists the users whose request to me is pending.',
  request: z.object(f.listPaging), message: 'Users list retrieved successfully', refusals: [],
});
export const getAllUsersAcceptRequests = defineEndpoint({
  ...base, ...people, name: 'get-all-users-accept-requests', summary: 'Lists the users with whom a request was accepted, whoever sent it.',
  request: z.object(f.listPaging), message: 'Users list retrieved successfully', refusals: [],
});
export const getAllFriends = defineEndpoint({
  ...base, ...people, name: 'get-all-friends', summary: 'Lists my friends.',
  request: z.object(f.listPaging), message: 'Friends list retrieved successfully', refusals: [],
});
export const searchUsers = defineEndpoint({
  ...base, ...people, name: 'search-users', summary: 'Finds users by the beginning of their user name, or by their whole email address.',
  request: z.object({ query: f.text(f.limits.queryLength).min(1), ...f.listPaging }), message: 'Users list retrieved successfully', refusals: [],
});
