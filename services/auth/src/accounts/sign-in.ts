import { Refusal } from '@chat-backend/service-kit';
import type { AuthTables } from '../db';
import type { AuthDependencies } from '../dependencies';
import { checkCredentials } from './check-credentials';
import { holdAccount } from './hold-account';
import { refuseDisabled } from './refuse-disabled';

export type HeldAccount = NonNullable<Awaited<ReturnType<typeof holdAccount>>>;

/**
 * Checks the password, then runs the steps while the account is held with that very password: a session can never start on a password
 * that was changed in the meantime. As another sign-in may have re-hashed it, a changed hash is checked once more.
 * That an account is disabled is told only to who knows its password.
 * @throws Refusal WRONG_CREDENTIALS, ACCOUNT_DISABLED, BUSY
 */
export const signIn = async <Result extends object>(
  dependencies: Pick<AuthDependencies, 'database' | 'passwords' | 'logger'>, email: string, password: string,
  steps: (tables: AuthTables, account: HeldAccount) => Promise<Result>,
): Promise<Result> => {
  const attempt = async (): Promise<Result | undefined> => {
    const checked = await checkCredentials(dependencies, email, password);
    return dependencies.database.transaction(async (tables) => {
      const account = await holdAccount(tables, checked.id);
      if (account?.passwordHash !== checked.passwordHash) return undefined;
      refuseDisabled(account);
      return steps(tables, account);
    });
  };
  const result = await attempt() ?? await attempt();
  if (result === undefined) throw new Refusal('WRONG_CREDENTIALS');
  return result;
};
