import type { Announcing, ProcessContext } from '@chat-backend/service-kit';
import type { AuditedCall } from '@chat-backend/database';
import { readAuthConfig } from '../config';
import { openAuthDatabase, type AuthDatabase } from '../db';
import { createOutageLog } from '../mails/outage-log';
import { createPasswords } from '../passwords/passwords';
import { readPeppers } from '../passwords/peppers';
import { refuseCommonPassword } from '../passwords/refuse-common-password';
import { sessionsOfUser, type LivingSession } from '../sessions/sessions-of-user';
import { countMailsByStatus, type MailCounts } from './count-mails';
import { createUser, type NewUser } from './create-user';
import { disableUser, enableUser } from './disable-user';
import { endSessionsByOperator } from './end-sessions';
import { findAccount, type FoundAccount } from './find-account';
import { listMails } from './list-mails';
import { listUsers } from './list-users';
import { openOperatedQueue, type OperatedQueue, type QueueState } from './operated-queue';
import { retryAllMails, retryMail } from './retry-mails';
import { showUser } from './show-user';
import { verifyUserByOperator } from './verify-user';

/** What the operators' command line has of a process. */
export type OperatorContext = Pick<ProcessContext, 'env' | 'dataDir' | 'databaseUrl' | 'redisUrl'> & Announcing;

const createUserWith = ({ env, dataDir, logger }: OperatorContext, database: AuthDatabase) => async (origin: AuditedCall, user: NewUser): Promise<{ id: string }> => {
  const { passwords: config } = readAuthConfig(env);
  const peppers = await readPeppers(config, dataDir, logger);
  const passwords = createPasswords({ peppers, bcryptCost: config.bcryptCost, logger });
  return createUser({ database, passwords, peppers, checkNewPassword: refuseCommonPassword })(origin, user);
};

/**
 * The auth service's side of what operators do: its verbs, its tables, its role. Each verb takes who does it first, for the audit log.
 * The queue is opened when it is first asked for.
 */
export const openAuthForOperators = (context: OperatorContext) => {
  const { logger } = context;
  const database = openAuthDatabase({ url: context.databaseUrl('auth'), poolSize: 2 });
  const dependencies = { database, logger, events: context.events };
  let opened: Promise<OperatedQueue> | undefined;
  const queue = (): Promise<OperatedQueue> => opened ??= openOperatedQueue({ context, outage: createOutageLog(logger, 'the mail queue') });
  const retrying = { database, queue: { hurry: async (mailId: string) => (await queue()).hurry(mailId) } };
  return {
    find: (idOrEmail: string): Promise<FoundAccount> => findAccount(database.tables, idOrEmail),
    createUser: createUserWith(context, database),
    listUsers: listUsers(database),
    showUser: showUser(database),
    verifyUser: verifyUserByOperator(dependencies),
    disableUser: disableUser(dependencies),
    enableUser: enableUser(dependencies),
    sessions: (userId: string): Promise<LivingSession[]> => sessionsOfUser(database.tables, userId),
    endSessions: endSessionsByOperator(dependencies),
    listMails: listMails(database),
    retryMail: retryMail(retrying),
    retryAllMails: retryAllMails(retrying),
    countMails: (): Promise<MailCounts> => countMailsByStatus(database),
    queueState: async (): Promise<QueueState> => (await queue()).state(),
    async close(): Promise<void> {
      await (await opened)?.close();
      await database.close();
    },
  };
};

export type AuthForOperators = ReturnType<typeof openAuthForOperators>;
