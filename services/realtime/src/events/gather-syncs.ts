import type { SyncReply, SyncRequest } from '@chat-backend/contracts';
import { Refusal, type InternalCaller } from '@chat-backend/service-kit';
import { createPacedSteps } from '../paced-steps';
import { retryBriefly } from '../retry-briefly';

/** @throws Refusal BUSY when too many wait, UNAVAILABLE when messaging stays away */
export type GatherSyncs = (userId: string, request: SyncRequest) => Promise<SyncReply>;

interface Waiting {
  userId: string;
  request: SyncRequest;
  /** By the clock that never jumps; who waits longer is told so. */
  until: number;
  resolve: (reply: SyncReply) => void;
  reject: (reason: unknown) => void;
}

const requestsAtOnce = 200;
const waitingRequests = 20_000;
/** What they name may wait in memory: some 200 bytes for each conversation. */
const waitingConversations = 200_000;

const conversationsOf = ({ request }: Pick<Waiting, 'request'>): number => request.conversations?.length ?? 0;

/**
 * Asks messaging what sockets missed: one call is under way, and who asks meanwhile, or a moment after a call for several, is in the next one. So a whole
 * process whose clients come back costs a few calls, not one for each of them.
 */
export const createGatherSyncs = (internal: Pick<InternalCaller, 'call'>, waitsForMs: number): GatherSyncs => {
  const waiting: Waiting[] = [];
  let conversations = 0;

  /** The oldest that wait, without those that waited too long. */
  const takeNext = (): Waiting[] => {
    const taken = waiting.splice(0, requestsAtOnce);
    for (const asked of taken) conversations -= conversationsOf(asked);
    const now = performance.now();
    for (const { until, reject } of taken) if (until <= now) reject(new Refusal('UNAVAILABLE'));
    return taken.filter(({ until }) => until > now);
  };

  const askFor = async (asked: readonly Waiting[]): Promise<void> => {
    const [first] = asked;
    if (first === undefined) return;
    try {
      const requests = asked.map(({ userId, request }) => ({ userId, request }));
      // It takes turns over messaging's processes: whoever asks first decides.
      const { replies } = await retryBriefly(() => internal.call('sync-users', { requests }, first.userId));
      asked.forEach(({ resolve, reject }, index) => {
        const reply = replies[index];
        if (reply === undefined) reject(new Refusal('INTERNAL'));
        else resolve(reply);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };

  const wake = createPacedSteps(() => waiting.length, requestsAtOnce, async () => {
    const asked = takeNext();
    await askFor(asked);
    return asked.length;
  });

  return (userId, request) => new Promise((resolve, reject) => {
    if (waiting.length >= waitingRequests || conversations > waitingConversations) { reject(new Refusal('BUSY')); return; }
    const asked = { userId, request, until: performance.now() + waitsForMs, resolve, reject };
    waiting.push(asked);
    conversations += conversationsOf(asked);
    wake();
  });
};
