import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';

type Endpoint = typeof accounts.getUserDetails;

/** @throws Refusal SESSION_REVOKED */
export const getUserDetails = ({ database }: Pick<AuthDependencies, 'database'>) =>
  async ({ caller }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    await requireSession(database, caller);
    const data = await database.tables.user.findUnique({
      where: { id: caller.userId },
      select: { id: true, email: true, profileImage: true, about: true, age: true, userName: true },
    });
    if (data === null) throw new Refusal('SESSION_REVOKED');
    return { data };
  };
