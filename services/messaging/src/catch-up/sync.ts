import type { AnswerOf, messages, RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { SyncUsers } from './sync-users';

type Endpoint = typeof messages.sync;

/** What I missed. */
export const sync = (syncUsers: SyncUsers) =>
  async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    const { replies: [data] } = await syncUsers({ requests: [{ userId: caller.userId, request: body }] });
    if (data === undefined) throw new Error('each request has its reply');
    return { data };
  };
