import { z } from 'zod';
import { defineEndpoint } from '../endpoint';
import * as f from '../fields';

/** Present in contract mode only: strict mode sends the code by mail and nowhere else. */
const otp = f.oneTimeCode.optional();
const session = {
  refreshToken: z.string().optional(),
  /** Seconds until the access token expires. */
  expiresIn: z.int().optional(),
};
const nothingMore = z.object({});
const profile = {
  profileImage: f.profileImage.nullable(),
  about: f.about.nullable(),
  age: f.age.nullable(),
  userName: f.userName.nullable(),
};

export const register = defineEndpoint({
  name: 'register', service: 'auth', access: 'public', rate: 'sensitive', mails: true,
  summary: 'Registers a new user.',
  request: z.object({ email: f.email, password: f.newPassword }),
  message: 'User registered successfully',
  data: z.object({ email: z.string(), token: z.string(), otp, id: f.id.optional(), ...session }),
  refusals: ['EMAIL_TAKEN', 'PASSWORD_TOO_COMMON', 'BUSY'],
});

export const login = defineEndpoint({
  name: 'login', service: 'auth', access: 'public', rate: 'sensitive',
  summary: 'Logs in an existing user.',
  request: z.object({ email: f.email, password: f.givenPassword }),
  message: 'User login successfully',
  data: z.object({ id: f.id, email: z.string(), token: z.string(), otp, isVerifyed: z.boolean(), isTwoFactorEnabled: z.boolean(), twoFactorMethod: f.twoFactorMethod.optional(), ...session }),
  refusals: ['WRONG_CREDENTIALS', 'EMAIL_NOT_VERIFIED', 'ACCOUNT_DISABLED', 'BUSY'],
});

export const forgotPassword = defineEndpoint({
  name: 'forgot-password', service: 'auth', access: 'public', rate: 'sensitive', mails: true,
  summary: 'Sends a password reset email.',
  request: z.object({ email: f.email }),
  message: 'forgot email sent successfully',
  data: z.object({ otp, token: z.string() }),
  refusals: ['USER_NOT_FOUND', 'ACCOUNT_DISABLED'],
});

export const resendEmail = defineEndpoint({
  name: 'resend-email', service: 'auth', access: ['verify', 'mfa', 'reset'], rate: 'sensitive', mails: true,
  summary: 'Renews the code of the challenge that the token names, and mails it.',
  request: z.object({}),
  message: 'otp sent successfully',
  data: z.object({ otp, email: z.string() }),
  refusals: ['CHALLENGE_EXPIRED', 'CODE_NOT_MAILED'],
});

export const verifyUser = defineEndpoint({
  name: 'verify-user', service: 'auth', access: ['verify', 'mfa'], rate: 'sensitive',
  summary: 'Verifies a user, or confirms a sign-in with two-factor. passwordNeeded: several passwords were registered, and a link cannot tell whose counts; forgot-password gives the account one.',
  request: z.object({ otp: f.secondFactor.optional() }),
  message: 'verification successfully',
  data: z.object({
    message: z.literal('verification updated'), token: z.string().optional(), ...session,
    passwordNeeded: z.literal(true).optional(),
  }),
  refusals: ['CODE_REQUIRED', 'WRONG_CODE', 'CHALLENGE_EXPIRED', 'TOO_MANY_WRONG_CODES'],
});

export const updatePassword = defineEndpoint({
  name: 'update-password', service: 'auth', access: ['reset', 'access'], rate: 'sensitive',
  summary: "Updates the user's password.",
  request: z.object({ password: f.newPassword, otp: f.oneTimeCode.optional(), currentPassword: f.givenPassword.optional() }),
  message: 'password updated successfully',
  data: z.object({ message: z.literal('password updated') }),
  refusals: ['CODE_REQUIRED', 'WRONG_CODE', 'CHALLENGE_EXPIRED', 'CURRENT_PASSWORD_REQUIRED', 'WRONG_CREDENTIALS', 'PASSWORD_TOO_COMMON', 'BUSY'],
});

export const updateProfile = defineEndpoint({
  name: 'update-profile', service: 'auth', access: ['access'], rate: 'ordinary',
  summary: "Updates the user's profile. A field that is not given stays; null clears it. A profileImage is an https: address, or a name without a scheme.",
  request: z.object({
    profileImage: f.profileImage.nullish(), about: f.about.nullish(), age: f.age.nullish(), userName: f.userName.nullish(),
  }),
  message: 'profile update successfully',
  data: z.object(profile),
  refusals: [],
});

export const getUserDetails = defineEndpoint({
  name: 'get-user-details', service: 'auth', access: ['access'], rate: 'ordinary',
  summary: "Retrieves the user's details.",
  request: nothingMore,
  message: 'profile update successfully',
  data: z.object({ id: f.id, email: z.string(), ...profile }),
  refusals: [],
});

export const refreshToken = defineEndpoint({
  name: 'refresh-token', service: 'auth', access: 'public', rate: 'ordinary',
  summary: 'Exchanges a refresh token for a new access token and the next refresh token.',
  request: z.object({ refreshToken: f.token }),
  message: 'Token refreshed successfully',
  data: z.object({ token: z.string(), refreshToken: z.string(), expiresIn: z.int() }),
  refusals: ['TOKEN_INVALID', 'TOKEN_EXPIRED', 'SESSION_REVOKED'],
});

export const logout = defineEndpoint({
  name: 'logout', service: 'auth', access: ['access'], rate: 'ordinary',
  summary: 'Ends the session of the token.',
  request: nothingMore,
  message: 'User logged out successfully',
  refusals: [],
});
