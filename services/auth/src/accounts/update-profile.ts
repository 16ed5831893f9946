import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import type { CallOfUser } from '@chat-backend/service-kit';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';

type Endpoint = typeof accounts.updateProfile;

/** Changes the fields that are given; null clears one. @throws Refusal SESSION_REVOKED */
export const updateProfile = ({ database }: Pick<AuthDependencies, 'database'>) =>
  async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    await requireSession(database, caller);
    const { profileImage, about, age, userName } = body;
    const data = await database.tables.user.update({
      where: { id: caller.userId },
      data: {
        ...(profileImage === undefined ? {} : { profileImage }),
        ...(about === undefined ? {} : { about }),
        ...(age === undefined ? {} : { age }),
        ...(userName === undefined ? {} : { userName }),
      },
      select: { profileImage: true, about: true, age: true, userName: true },
    });
    return { data };
  };
