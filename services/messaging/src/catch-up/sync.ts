import type { AnswerOf, InternalCalls, messages, RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';

type Endpoint = typeof messages.sync;
type SyncUsers = InternalCalls['sync-users'];

/** What I missed. */
export const sync = (syncUsers: (request: SyncUsers['request']) => Promise<SyncUsers['reply']>) =>
  async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    const { replies: [data] } = await syncUsers({ requests: [{ userId: caller.userId, request: body }] });
    if (data === undefined) throw new Error('each request has its reply');
    return { data };
  };
