import type { ProcessContext } from '@chat-backend/service-kit';
import { openGroupDatabase } from '../db';
import { rolesOfUser } from './roles-of-user';

/** The group service's side of what operators look at: its tables, its role. */
export const openGroupForOperators = ({ databaseUrl }: Pick<ProcessContext, 'databaseUrl'>) => {
  const database = openGroupDatabase({ url: databaseUrl('group'), poolSize: 2 });
  return { rolesOf: rolesOfUser(database), close: (): Promise<void> => database.close() };
};

export type GroupForOperators = ReturnType<typeof openGroupForOperators>;
