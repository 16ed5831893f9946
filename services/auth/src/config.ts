import { readConfig } from '@chat-backend/service-kit';

const variables = [
  'NODE_ENV', 'PORT', 'DATABASE_POOL_SIZE', 'EXPOSE_OTP', 'BCRYPT_COST', 'PASSWORD_PEPPER', 'PASSWORD_PEPPER_PREVIOUS',
  'SMTP_URL', 'MAIL_FROM', 'PUBLIC_URL', 'RATE_LIMIT_FACTOR', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'AUDIT_LOG_DAYS', 'UNVERIFIED_ACCOUNT_DAYS',
  'OPERATOR_TOKEN', 'OPERATOR_BOARD_WRITES',
] as const;

/** How mails leave. */
export interface MailConfig {
  isProduction: boolean;
  /** Absent: in production mails wait in their table, otherwise they go to the inbox under `dataDir`. */
  smtpUrl: string | undefined;
  /** The sender. */
  mailFrom: string;
  /** Where people reach the gateway, without a slash at the end. */
  publicUrl: string;
}

export interface PasswordConfig {
  isProduction: boolean;
  bcryptCost: number;
  pepper: string | undefined;
  previousPepper: string | undefined;
}

export interface AuthConfig {
  poolSize: number;
  /** Contract mode: replies carry codes, and every documented token is good for every documented call of its user. */
  exposeCodes: boolean;
  /** Multiplies the number of codes that one account may be sent; 0 switches that limit off. */
  rateLimitFactor: number;
  /** How long the audit log keeps an entry. */
  auditLogDays: number;
  /** How long an account is kept whose address nobody verifies. 0: for ever, as in contract mode, where accounts are used without. */
  unverifiedAccountDays: number;
  /** Absent: there is no board. */
  board: { token: string; isWritable: boolean } | undefined;
  mails: MailConfig;
  passwords: PasswordConfig;
}

/** @throws ConfigError naming every variable that is wrong, or too weak for production */
export const readAuthConfig = (env: NodeJS.ProcessEnv): AuthConfig => {
  const given = readConfig(env, variables);
  const isProduction = given.NODE_ENV === 'production';
  return {
    poolSize: given.DATABASE_POOL_SIZE,
    exposeCodes: given.EXPOSE_OTP,
    rateLimitFactor: given.RATE_LIMIT_FACTOR,
    auditLogDays: given.AUDIT_LOG_DAYS,
    unverifiedAccountDays: given.EXPOSE_OTP ? 0 : given.UNVERIFIED_ACCOUNT_DAYS,
    board: given.OPERATOR_TOKEN === undefined ? undefined : { token: given.OPERATOR_TOKEN, isWritable: given.OPERATOR_BOARD_WRITES },
    mails: {
      isProduction, smtpUrl: given.SMTP_URL, mailFrom: given.MAIL_FROM,
      publicUrl: (given.PUBLIC_URL ?? `http://localhost:${given.PORT}`).replace(/\/+$/, ''),
    },
    passwords: { isProduction, bcryptCost: given.BCRYPT_COST, pepper: given.PASSWORD_PEPPER, previousPepper: given.PASSWORD_PEPPER_PREVIOUS },
  };
};
