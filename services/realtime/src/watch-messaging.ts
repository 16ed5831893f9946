import { internalCallOwners } from '@chat-backend/contracts';
import type { InternalCaller } from '@chat-backend/service-kit';

export interface WatchedCaller extends Pick<InternalCaller, 'call'> {
  /** Whether messaging answered when it was last asked; asks it when that failed, or was never. */
  messagingAnswers(): Promise<boolean>;
}

/** Calls as before, and remembers whether messaging answered: readiness costs a call only while it does not. */
export const watchMessaging = (internal: Pick<InternalCaller, 'call'>): WatchedCaller => {
  let answered = false;

  const call: InternalCaller['call'] = async (name, request, spreadBy) => {
    const isMessaging = internalCallOwners[name] === 'messaging';
    try {
      const reply = await internal.call(name, request, spreadBy);
      if (isMessaging) answered = true;
      return reply;
    } catch (error) {
      if (isMessaging) answered = false;
      throw error;
    }
  };

  return {
    call,
    messagingAnswers: async () => answered || call('groups-of-users', { userIds: [] }).then(() => true, () => false),
  };
};
