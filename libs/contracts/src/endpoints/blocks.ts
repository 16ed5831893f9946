import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';
import { person } from './social-graph';

const base = { service: 'social-graph', access: ['access'], rate: 'ordinary' } as const;

export const blockUser = defineEndpoint({
  ...base, name: 'block-user',
  summary: 'Blocks a user, who is not told: no messages and no friend requests between the two, and neither finds the other. Ends friendship and requests. Blocking again changes nothing.',
  request: z.object({ to: f.id }), message: 'User blocked successfully.', refusals: ['USER_NOT_FOUND', 'CANNOT_BLOCK_YOURSELF'],
});
export const unblockUser = defineEndpoint({
  ...base, name: 'unblock-user', summary: 'Ends my block of a user. It restores nothing: who were friends have to ask again.',
  request: z.object({ to: f.id }), message: 'User unblocked successfully.', refusals: ['BLOCK_NOT_FOUND'],
});
export const getBlockedUsers = defineEndpoint({
  ...base, name: 'get-blocked-users', summary: 'Lists the users whom I block, the newest block first.',
  request: z.object(f.listPaging), message: 'Blocked users retrieved successfully',
  data: z.array(person), extra: { nextCursor: z.string().optional() }, refusals: [],
});
