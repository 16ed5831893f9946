import type { GroupMembershipState } from '@chat-backend/contracts';
import type { InternalCaller } from '@chat-backend/service-kit';
import { createGatheredQuestions } from '../gather-questions';

/** @throws Refusal UNAVAILABLE */
export type AskGroups = (userId: string) => Promise<GroupMembershipState[]>;

const usersAtOnce = 1_000;
/** People wait for it to be let in, and it is a small question: twenty a second when everybody comes at once. */
const askEveryMs = 50;

/** Asks messaging for the groups of connecting users, for many at a time. */
export const createAskGroups = (internal: Pick<InternalCaller, 'call'>): AskGroups =>
  createGatheredQuestions(usersAtOnce, async (userIds: string[]) => (await internal.call('groups-of-users', { userIds })).groups, [], askEveryMs);
