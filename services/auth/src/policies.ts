import { anybody, ownOnly, type PoliciesOf } from '@chat-backend/service-kit';

/** Who may do what with accounts: with a token, the one that it names, and nobody else's. What a token is good for is said where its endpoint is defined. */
export const policies = {
  register: anybody,
  login: anybody,
  'forgot-password': anybody,
  'refresh-token': anybody,
  'resend-email': ownOnly,
  'verify-user': ownOnly,
  'update-password': ownOnly,
  'update-profile': ownOnly,
  'get-user-details': ownOnly,
  logout: ownOnly,
  'get-sessions': ownOnly,
  'revoke-session': ownOnly,
  'logout-everywhere': ownOnly,
  'get-two-factor': ownOnly,
  'begin-two-factor': ownOnly,
  'confirm-two-factor': ownOnly,
  'send-two-factor-code': ownOnly,
  'disable-two-factor': ownOnly,
  'renew-recovery-codes': ownOnly,
  'export-account': ownOnly,
  'delete-account': ownOnly,
} satisfies PoliciesOf<'auth'>;
