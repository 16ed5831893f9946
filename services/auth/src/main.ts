import { recordGathered } from '@chat-backend/database';
import { createAuditTrail, createTokenSigner, type InternalHandlers, type ProcessContext, type Service } from '@chat-backend/service-kit';
import { createAuthApp } from './app';
import { recordAuditOfOthers } from './audit/record-audit';
import { openBoard, type Board } from './board/open-board';
import { deriveCode } from './challenges/derive-code';
import { createLinkFor } from './challenges/link-token';
import { readAuthConfig, type AuthConfig } from './config';
import { openAuthDatabase } from './db';
import { startSweep } from './delete-expired';
import type { AuthDependencies } from './dependencies';
import { startMailDelivery } from './mails/start-mail-delivery';
import { refuseCommonPassword } from './passwords/refuse-common-password';
import { createPasswords } from './passwords/passwords';
import { readPeppers } from './passwords/peppers';
import { revokedSince } from './sessions/revoked-since';
import { keepResealing } from './two-factor/reseal-secrets';
import { createSeal } from './two-factor/seal';

const minutes = 60;
const accessSeconds = 15 * minutes;
const accessSecondsInContractMode = 24 * 60 * minutes;
/** Ten codes of five tries each are one chance in twenty thousand, an hour and account. */
const codesPerHour = 10;
/** Four challenges' worth. Of an app three codes are right at any time, so who goes on for a year has one chance in fifty, and the owner a mail a day. */
const wrongCodesPerDay = 20;

const startBoard = async (context: ProcessContext, { board }: AuthConfig): Promise<Board | undefined> => {
  if (board === undefined) {
    context.logger.info('OPERATOR_TOKEN is not set: there is no board of the mail queue');
    return undefined;
  }
  return openBoard({ ...board, context });
};

/** Starts the auth service in this process. */
export const startAuth = async (context: ProcessContext): Promise<Service> => {
  const { env, keys, logger, events, dataDir } = context;
  const config = readAuthConfig(env);
  const peppers = await readPeppers(config.passwords, dataDir, logger);
  const database = openAuthDatabase({ url: context.databaseUrl('auth'), poolSize: config.poolSize, metrics: context.metrics });
  const signer = createTokenSigner(keys.tokens[0]);
  const mails = await startMailDelivery({
    context, config: config.mails, database,
    codeFor: (challengeId, turn) => deriveCode(keys.codes[0], challengeId, turn),
    linkFor: createLinkFor(signer, config.mails.publicUrl),
  });
  const isUnlimited = config.exposeCodes || config.rateLimitFactor === 0;
  const seal = createSeal(keys.totpSecrets);
  const dependencies: AuthDependencies = {
    database, signer, mails, events, logger, codeKeys: keys.codes,
    passwords: createPasswords({ peppers, bcryptCost: config.passwords.bcryptCost, logger }),
    checkNewPassword: config.exposeCodes ? async () => {} : refuseCommonPassword,
    codesPerHour: isUnlimited ? Infinity : Math.ceil(codesPerHour * config.rateLimitFactor),
    accessSeconds: config.exposeCodes ? accessSecondsInContractMode : accessSeconds,
    seal, networkKeys: keys.networks, issuer: new URL(config.mails.publicUrl).host, exposeCodes: config.exposeCodes,
    wrongCodesPerDay: isUnlimited ? Infinity : Math.ceil(wrongCodesPerDay * config.rateLimitFactor),
  };
  const board = await startBoard(context, config);
  const audit = createAuditTrail(context, (entries) => recordGathered(database.tables, entries));
  const sweep = startSweep(database, logger, config);
  const resealing = keepResealing({ database, seal, logger });
  const internal: InternalHandlers = { 'revoked-since': revokedSince(dependencies), 'record-audit': recordAuditOfOthers(database) };
  return {
    name: 'auth',
    app: createAuthApp({ context, dependencies, internal, audit, contractMode: config.exposeCodes, inbox: mails.router }),
    internal,
    operatorPages: board?.app,
    notReady: async () => [...await database.ping().then(() => [], () => ['Postgres does not answer']), ...await mails.notReady()],
    drain: () => mails.drain(),
    async close() {
      await sweep.stop();
      await resealing.stop();
      await mails.close();
      await board?.close();
      await audit.close();
      await database.close();
    },
  };
};
