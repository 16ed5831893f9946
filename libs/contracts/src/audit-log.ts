import { errorCodes, type ErrorCode } from './error-codes';

/**
 * The one published list of what the audit log records. In each entry `user` is who did it, as far as a token or a password proves that; `subject` is
 * the user whom it concerns, if that is another or not proven; `object` is the session, group, challenge or mail that it was done to.
 */
export const auditActions = {
  'account.registered': 'An address was registered (again, as long as nobody has verified it)',
  'account.verified': 'The address of an account was verified',
  'account.created': 'An operator made an account',
  'account.disabled': 'An operator disabled an account',
  'account.enabled': 'An operator enabled an account again',
  'account.exported': 'A person began to take a copy of what is theirs; the call says of which part',
  'account.deletion-begun': 'A person had their account deleted',
  'account.expired': 'An account was deleted whose address nobody verified in time; subject: the account',
  'account.deleted': 'Nothing personal of a deleted account is left',
  'session.started': 'A sign-in succeeded, with a password or, where the call is verify-user, with a second factor; object: the session',
  'session.ended': 'A session was ended before its time; object: the session',
  'refresh-token.reused': 'A refresh token came again that was used long before: somebody has a copy; object: the session, which was ended',
  'password.changed': 'A password was changed by who is signed in',
  'password.reset': 'A password was set anew by who reads the mails of the address',
  'reset.requested': 'A mail to set the password anew was asked for; subject: the account',
  'two-factor.enabled': 'Two-factor was switched on',
  'two-factor.disabled': 'Two-factor was switched off',
  'recovery-code.used': 'A recovery code stood in for the second factor',
  'recovery-codes.renewed': 'The recovery codes were replaced',
  'mail.retried': 'An operator had a mail sent again; object: the mail',
  'group.owner-changed': 'A group passed on; subject: its new owner; object: the group',
  'group.member-removed': 'A member was removed by the owner; subject: the member; object: the group',
  'credentials.refused': 'A password was wrong; subject: the account, where there is one',
  'code.refused': 'A one-time code or a link was wrong, used, or tried too often; subject: the account, where there is one',
  'token.refused': 'A token was forged, of an ended session, or of the wrong purpose',
  'access.denied': 'Somebody may not do what they asked for; the code says why',
  'rate.limited': 'Somebody asked too often',
} as const;
export type AuditAction = keyof typeof auditActions;

const refusals: Partial<Record<ErrorCode, AuditAction>> = {
  WRONG_CREDENTIALS: 'credentials.refused',
  WRONG_CODE: 'code.refused',
  CHALLENGE_EXPIRED: 'code.refused',
  TOKEN_INVALID: 'token.refused',
  SESSION_REVOKED: 'token.refused',
  WRONG_TOKEN_PURPOSE: 'token.refused',
};

/** As what a refusal is recorded: these, every 403 and every 429. Undefined: what people do by mistake each day (a missing field, an expired token). */
export const auditActionOf = (code: ErrorCode): AuditAction | undefined => {
  const { status } = errorCodes[code];
  return refusals[code] ?? (status === 403 ? 'access.denied' : status === 429 ? 'rate.limited' : undefined);
};

/** One entry: ids, names from published lists, and where it came from. Never an email address, a user's name, a token, a code or a password. */
export interface AuditEntry {
  action: AuditAction;
  userId?: string | undefined;
  subjectId?: string | undefined;
  objectId?: string | undefined;
  /** Why it was refused. */
  code?: ErrorCode | undefined;
  /** The endpoint or the socket's event. */
  call?: string | undefined;
  requestId?: string | undefined;
  /** The client's network address, where the process knows it. */
  address?: string | undefined;
  /** A keyed hash of the email address that was named, where it is not known of which account it is. */
  accountHash?: string | undefined;
  /** Who did it by the operators' command line: the name of the system's account. */
  operator?: string | undefined;
}

/** An entry that waited to be written. Its id keeps it from being written twice. */
export interface GatheredAuditEntry extends Omit<AuditEntry, 'operator'> {
  id: string;
  happenedAt: string;
  /** How often the same happened within a moment; the request id is the first one's. */
  times: number;
}
