import type { GroupMembershipState } from '@chat-backend/contracts';
import type { InternalCaller } from '@chat-backend/service-kit';
import { createPacedSteps } from '../paced-steps';

/** @throws Refusal UNAVAILABLE */
export type AskGroups = (userId: string) => Promise<GroupMembershipState[]>;

interface Waiting { userId: string; resolve: (groups: GroupMembershipState[]) => void; reject: (reason: unknown) => void }

const usersAtOnce = 1_000;

/** Asks messaging for the groups of connecting users: who comes while a query is under way, or a moment after one for several, is in the next one. */
export const createAskGroups = (internal: Pick<InternalCaller, 'call'>): AskGroups => {
  const waiting: Waiting[] = [];

  const askFor = async (asked: readonly Waiting[]): Promise<void> => {
    try {
      const { groups } = await internal.call('groups-of-users', { userIds: asked.map(({ userId }) => userId) });
      asked.forEach(({ resolve }, index) => { resolve(groups[index] ?? []); });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };

  const wake = createPacedSteps(() => waiting.length, usersAtOnce, async () => {
    const asked = waiting.splice(0, usersAtOnce);
    await askFor(asked);
    return asked.length;
  });

  return (userId) => new Promise((resolve, reject) => {
    waiting.push({ userId, resolve, reject });
    wake();
  });
};
