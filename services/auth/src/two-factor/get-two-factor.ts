import type { AnswerOf, RequestOf, twoFactor } from '@chat-backend/contracts';
import { Refusal, type CallOfUser } from '@chat-backend/service-kit';
import type { AuthDependencies } from '../dependencies';
import { requireSession } from '../sessions/require-session';
import { twoFactorOf } from './two-factor-of';

type Endpoint = typeof twoFactor.getTwoFactor;

/** @throws Refusal SESSION_REVOKED */
export const getTwoFactor = ({ database }: Pick<AuthDependencies, 'database'>) =>
  async ({ caller }: CallOfUser<RequestOf<Endpoint>>): Promise<AnswerOf<Endpoint>> => {
    await requireSession(database, caller);
    const { tables } = database;
    const user = await tables.user.findUnique({ where: { id: caller.userId }, select: { id: true, isTwoFactorEnabled: true } });
    if (user === null) throw new Refusal('SESSION_REVOKED');
    const method = await twoFactorOf(tables, user);
    if (method === undefined) return { data: { isTwoFactorEnabled: false } };
    if (method === 'mail') return { data: { isTwoFactorEnabled: true, method } };
    return { data: { isTwoFactorEnabled: true, method, recoveryCodesLeft: await tables.recoveryCode.count({ where: { userId: user.id, usedAt: null } }) } };
  };
