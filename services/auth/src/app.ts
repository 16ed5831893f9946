import { accounts, personalData, sessions, twoFactor, type Endpoint, type TokenPurpose } from '@chat-backend/contracts';
import { createServiceApp, measureCalls, servePublic, serveUser, type AuditTrail, type InternalHandlers, type ProcessContext } from '@chat-backend/service-kit';
import type { Express, Router } from 'express';
import { forgotPassword } from './accounts/forgot-password';
import { getUserDetails } from './accounts/get-user-details';
import { login } from './accounts/login';
import { register } from './accounts/register';
import { resendEmail } from './accounts/resend-email';
import { updatePassword } from './accounts/update-password';
import { updateProfile } from './accounts/update-profile';
import { verifyUser } from './accounts/verify-user';
import { forgotPasswordInContractMode } from './contract-mode/forgot-password';
import { loginInContractMode } from './contract-mode/login';
import { registerInContractMode } from './contract-mode/register';
import { resendEmailInContractMode } from './contract-mode/resend-email';
import { updatePasswordInContractMode } from './contract-mode/update-password';
import { verifyUserInContractMode } from './contract-mode/verify-user';
import type { AuthDependencies } from './dependencies';
import { deleteAccount } from './personal-data/delete-account';
import { exportAccount } from './personal-data/export-account';
import { policies } from './policies';
import { getSessions } from './sessions/get-sessions';
import { logout } from './sessions/logout';
import { logoutEverywhere } from './sessions/logout-everywhere';
import { refreshSession } from './sessions/refresh-session';
import { revokeSession } from './sessions/revoke-session';
import { beginTwoFactor } from './two-factor/begin-two-factor';
import { confirmTwoFactor } from './two-factor/confirm-two-factor';
import { disableTwoFactor } from './two-factor/disable-two-factor';
import { getTwoFactor } from './two-factor/get-two-factor';
import { renewRecoveryCodes } from './two-factor/renew-recovery-codes';
import { sendTwoFactorCode } from './two-factor/send-two-factor-code';

export interface AuthAppOptions {
  context: Pick<ProcessContext, 'logger' | 'keys' | 'tokens' | 'metrics'>;
  dependencies: AuthDependencies;
  internal: InternalHandlers;
  audit: Pick<AuditTrail, 'refused'>;
  /** Contract mode serves the documented calls as they are written, codes in the replies. */
  contractMode: boolean;
  /** The page of the local inbox. */
  inbox: Router | undefined;
}

/** What contract mode takes beside the handles of strict mode. */
const andAccess = (endpoint: Endpoint): TokenPurpose[] => [...(endpoint.access === 'public' ? [] : endpoint.access), 'access'];

const serveStrict = (app: Express, { context: { tokens }, dependencies }: AuthAppOptions): void => {
  servePublic(app, accounts.register, register(dependencies));
  servePublic(app, accounts.login, login(dependencies));
  servePublic(app, accounts.forgotPassword, forgotPassword(dependencies));
  serveUser(app, tokens, accounts.resendEmail, resendEmail(dependencies));
  serveUser(app, tokens, accounts.verifyUser, verifyUser(dependencies));
  serveUser(app, tokens, accounts.updatePassword, updatePassword(dependencies));
};

const serveContractMode = (app: Express, { context: { tokens }, dependencies }: AuthAppOptions): void => {
  servePublic(app, accounts.register, registerInContractMode(dependencies));
  servePublic(app, accounts.login, loginInContractMode(dependencies));
  servePublic(app, accounts.forgotPassword, forgotPasswordInContractMode(dependencies));
  serveUser(app, tokens, accounts.resendEmail, resendEmailInContractMode(dependencies), andAccess(accounts.resendEmail));
  serveUser(app, tokens, accounts.verifyUser, verifyUserInContractMode(dependencies), andAccess(accounts.verifyUser));
  serveUser(app, tokens, accounts.updatePassword, updatePasswordInContractMode(dependencies), andAccess(accounts.updatePassword));
};

const serveTwoFactor = (app: Express, { context: { tokens }, dependencies }: AuthAppOptions): void => {
  serveUser(app, tokens, twoFactor.getTwoFactor, getTwoFactor(dependencies));
  serveUser(app, tokens, twoFactor.beginTwoFactor, beginTwoFactor(dependencies));
  serveUser(app, tokens, twoFactor.confirmTwoFactor, confirmTwoFactor(dependencies));
  serveUser(app, tokens, twoFactor.sendTwoFactorCode, sendTwoFactorCode(dependencies));
  serveUser(app, tokens, twoFactor.disableTwoFactor, disableTwoFactor(dependencies));
  serveUser(app, tokens, twoFactor.renewRecoveryCodes, renewRecoveryCodes(dependencies));
};

export const createAuthApp = (options: AuthAppOptions): Express => {
  const { context: { logger, keys, tokens, metrics }, dependencies, internal, audit, contractMode, inbox } = options;
  return createServiceApp({
    logger, internalKeys: keys.internal, internal, audit, policies, measure: measureCalls(metrics, 'auth'),
    routes: (app) => {
      if (inbox !== undefined) app.use(inbox);
      (contractMode ? serveContractMode : serveStrict)(app, options);
      serveUser(app, tokens, accounts.updateProfile, updateProfile(dependencies));
      serveUser(app, tokens, accounts.getUserDetails, getUserDetails(dependencies));
      servePublic(app, accounts.refreshToken, refreshSession(dependencies));
      serveUser(app, tokens, accounts.logout, logout(dependencies));
      serveUser(app, tokens, sessions.getSessions, getSessions(dependencies));
      serveUser(app, tokens, sessions.revokeSession, revokeSession(dependencies));
      serveUser(app, tokens, sessions.logoutEverywhere, logoutEverywhere(dependencies));
      serveTwoFactor(app, options);
      serveUser(app, tokens, personalData.exportAccount, exportAccount(dependencies.database));
      serveUser(app, tokens, personalData.deleteAccount, deleteAccount(dependencies));
    },
  });
};
