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
} satisfies PoliciesOf<'auth'>;
