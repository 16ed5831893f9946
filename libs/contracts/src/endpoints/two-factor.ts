import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';

/** Present in contract mode only: strict mode sends the code by mail and nowhere else. */
const otp = f.oneTimeCode.optional();
const nothingMore = z.object({});
const recoveryCodes = z.array(f.recoveryCode);

export const getTwoFactor = defineEndpoint({
  name: 'get-two-factor', service: 'auth', access: ['access'], rate: 'ordinary',
  summary: 'Says whether two-factor is on, by which method, and how many recovery codes are left.',
  request: nothingMore,
  message: 'Two-factor retrieved successfully',
  data: z.object({ isTwoFactorEnabled: z.boolean(), method: f.twoFactorMethod.optional(), recoveryCodesLeft: z.int().optional() }),
  refusals: [],
});

export const beginTwoFactor = defineEndpoint({
  name: 'begin-two-factor', service: 'auth', access: ['access'], rate: 'sensitive',
  summary: 'Begins to switch two-factor on: mails a code, or answers with the secret for an authenticator app. It is on when a code was confirmed.',
  request: z.object({ method: f.twoFactorMethod, currentPassword: f.givenPassword }),
  message: 'Two-factor begun successfully',
  data: z.object({ method: f.twoFactorMethod, otp, secret: z.string().optional(), uri: z.string().optional() }),
  refusals: ['WRONG_CREDENTIALS', 'TWO_FACTOR_ALREADY_ON', 'BUSY'],
});

export const confirmTwoFactor = defineEndpoint({
  name: 'confirm-two-factor', service: 'auth', access: ['access'], rate: 'sensitive',
  summary: 'Switches two-factor on with the code from the mail or the authenticator app, and ends the other sessions. With an app, the recovery codes are in the reply, this once.',
  request: z.object({ otp: f.oneTimeCode }),
  message: 'Two-factor switched on successfully',
  data: z.object({ method: f.twoFactorMethod, recoveryCodes: recoveryCodes.optional() }),
  refusals: ['WRONG_CODE', 'CHALLENGE_EXPIRED', 'TWO_FACTOR_ALREADY_ON'],
});

export const sendTwoFactorCode = defineEndpoint({
  name: 'send-two-factor-code', service: 'auth', access: ['access'], rate: 'sensitive',
  summary: 'Mails the code that switches two-factor by mail off.',
  request: nothingMore,
  message: 'Code sent successfully',
  data: z.object({ otp }),
  refusals: ['TWO_FACTOR_IS_OFF', 'CODE_NOT_MAILED'],
});

export const disableTwoFactor = defineEndpoint({
  name: 'disable-two-factor', service: 'auth', access: ['access'], rate: 'sensitive',
  summary: 'Switches two-factor off with a code from the mail or the authenticator app, or with a recovery code, and ends the other sessions.',
  request: z.object({ otp: f.secondFactor }),
  message: 'Two-factor switched off successfully',
  refusals: ['WRONG_CODE', 'CHALLENGE_EXPIRED', 'TWO_FACTOR_IS_OFF', 'TOO_MANY_WRONG_CODES'],
});

export const renewRecoveryCodes = defineEndpoint({
  name: 'renew-recovery-codes', service: 'auth', access: ['access'], rate: 'sensitive',
  summary: 'Makes ten new recovery codes in place of the old ones, with a code from the authenticator app or one of the old ones. They are in the reply, this once.',
  request: z.object({ otp: f.secondFactor }),
  message: 'Recovery codes renewed successfully',
  data: z.object({ recoveryCodes }),
  refusals: ['WRONG_CODE', 'TWO_FACTOR_IS_OFF', 'AUTHENTICATOR_REQUIRED', 'TOO_MANY_WRONG_CODES'],
});
