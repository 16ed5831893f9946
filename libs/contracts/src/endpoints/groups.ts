import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';
import { person } from './social-graph';

export const group = z.object({ id: f.id, groupName: z.string(), about: z.string().nullable(), profileImage: z.string().nullable() });
export type Group = z.infer<typeof group>;

export const memberRole = z.enum(['owner', 'member']);
const thatGroup = z.object({ groupId: f.id });
const groups = { data: z.array(group), extra: { nextCursor: z.string().optional() } };
const base = { service: 'group', access: ['access'], rate: 'ordinary' } as const;

export const createGroup = defineEndpoint({
  ...base, name: 'create-group', summary: 'Creates a new group; its creator is owner and member.',
  request: z.object({ groupName: f.groupName, about: f.about.nullish(), profileImage: f.profileImage.nullish() }),
  message: 'Group created successfully', data: group, refusals: ['TOO_MANY_GROUPS'],
});
export const joinGroup = defineEndpoint({
  ...base, name: 'join-group', summary: 'Joins an existing group. Joining twice changes nothing.',
  request: thatGroup, message: 'Group joined successfully', refusals: ['GROUP_NOT_FOUND', 'TOO_MANY_GROUPS'],
});
export const leaveGroup = defineEndpoint({
  ...base, name: 'leave-group', summary: 'Leaves a group. The longest-standing member follows an owner who leaves; the last to leave closes the group.',
  request: thatGroup, message: 'Group left successfully', refusals: ['GROUP_NOT_FOUND', 'NOT_A_MEMBER'],
});
export const getAllGroups = defineEndpoint({
  ...base, ...groups, name: 'get-all-groups', summary: 'Retrieves all groups that the user is a member of.',
  request: z.object(f.listPaging), message: 'Groups retrieved successfully', refusals: [],
});
export const getAllGroupsJoin = defineEndpoint({
  ...base, ...groups, name: 'get-all-groups-join', summary: 'Retrieves all groups that the user can join.',
  request: z.object(f.listPaging), message: 'Groups available to join', refusals: [],
});
export const getGroupMembers = defineEndpoint({
  ...base, name: 'get-group-members', summary: 'Lists the members of a group of mine, in the order of joining.',
  request: z.object({ groupId: f.id, ...f.listPaging }), message: 'Members retrieved successfully',
  data: z.array(person.extend({ role: memberRole })), extra: { nextCursor: z.string().optional() },
  refusals: ['GROUP_NOT_FOUND', 'NOT_A_MEMBER'],
});
export const removeMember = defineEndpoint({
  ...base, name: 'remove-member', summary: 'Removes a member from a group of which I am the owner.',
  request: z.object({ groupId: f.id, userId: f.id }), message: 'Member removed successfully',
  refusals: ['GROUP_NOT_FOUND', 'NOT_A_MEMBER', 'NOT_THE_OWNER', 'MEMBER_NOT_FOUND', 'INVALID_REQUEST'],
});
