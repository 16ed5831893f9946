import type { accounts, AnswerOf, RequestOf } from '@chat-backend/contracts';
import { appendUserLog } from '@chat-backend/database';
import { announceUserEvents, Refusal, type CallOfUser } from '@chat-backend/service-kit';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import { holdAccount } from './hold-account';

type Endpoint = typeof accounts.updateProfile;
type Profile = AnswerOf<Endpoint>['data'];

const profileOf = ({ profileImage, about, age, userName }: Profile): Profile => ({ profileImage, about, age, userName });

/** The profile with the fields that are given; null clears one. */
const changed = (profile: Profile, { profileImage, about, age, userName }: RequestOf<Endpoint>): Profile => ({
  ...profile,
  ...(profileImage === undefined ? {} : { profileImage }),
  ...(about === undefined ? {} : { about }),
  ...(age === undefined ? {} : { age }),
  ...(userName === undefined ? {} : { userName }),
});

const isSame = (one: Profile, other: Profile): boolean =>
  one.profileImage === other.profileImage && one.about === other.about && one.age === other.age && one.userName === other.userName;

/** Changes the fields that are given, and tells the user's devices by the user's log; what is the same already changes nothing. @throws Refusal SESSION_REVOKED */
export const updateProfile = (dependencies: Pick<AuthDependencies, 'database' | 'events' | 'logger'>) =>
  async ({ caller, body }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    await requireSession(dependencies.database, caller);
    const { profile, logged } = await dependencies.database.transaction(async (tables) => {
      const account = await holdAccount(tables, caller.userId);
      if (account === null) throw new Refusal('SESSION_REVOKED');
      const profile = changed(profileOf(account), body);
      if (isSame(profile, account)) return { profile, logged: [] };
      await tables.user.update({ where: { id: caller.userId }, data: profile, select: { id: true } });
      return { profile, logged: await appendUserLog(tables, [{ userId: caller.userId, event: { kind: 'profile', ...profile } }]) };
    });
    announceUserEvents(dependencies, logged);
    return { data: profile };
  };
