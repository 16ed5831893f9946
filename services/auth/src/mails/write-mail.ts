import { escapeHtml } from './escape-html';
import type { MailRow } from './mail-row';

export interface MailContent { subject: string; text: string; html: string }

/** What opens something. Made when a mail is sent, and kept nowhere. */
export interface MailSecrets { code?: string; link?: string }

export interface MailParts extends MailSecrets {
  /** How long code and link are still good. */
  secondsLeft?: number;
}

interface Wording { subject: string; what: string; linkLabel: string; otherwise: string }

const wordings: Record<MailRow['kind'], Wording> = {
  verifyAddress: {
    subject: 'Confirm your email address',
    what: 'Confirm that this address is yours to finish your registration.',
    linkLabel: 'Confirm the address',
    otherwise: 'If you did not register, ignore this mail: without the code nothing happens.',
  },
  signInCode: {
    subject: 'Your sign-in code',
    what: 'Somebody with your password is signing in. Enter this code there if it is you.',
    linkLabel: 'Sign in',
    otherwise: 'If it is not you, somebody knows your password: change it now, and tell nobody this code.',
  },
  resetPassword: {
    subject: 'Reset your password',
    what: 'Somebody asked to reset the password of the account with this address.',
    linkLabel: 'Choose a new password',
    otherwise: 'If it was not you, ignore this mail: your password stays as it is.',
  },
  addressInUse: {
    subject: 'You already have an account',
    what: 'Somebody tried to register with this address, which has an account already. Sign in with it, or reset its password if you forgot it.',
    linkLabel: 'Sign in',
    otherwise: 'If it was not you, ignore this mail: nothing has changed.',
  },
  twoFactorCode: {
    subject: 'Your code for two-factor',
    what: 'Somebody who is signed in to your account wants to change its two-factor, or to delete it. Enter this code there if it is you.',
    linkLabel: 'Sign in',
    otherwise: 'If it is not you, change your password now, and tell nobody this code.',
  },
  twoFactorOn: {
    subject: 'Two-factor is on',
    what: 'From now on a sign-in to your account takes a code beside the password. All other devices were signed out.',
    linkLabel: 'Sign in',
    otherwise: 'If it was not you, reset your password now and ask who runs this installation for help.',
  },
  twoFactorOff: {
    subject: 'Two-factor is off',
    what: 'From now on the password alone signs in to your account. All other devices were signed out.',
    linkLabel: 'Sign in',
    otherwise: 'If it was not you, reset your password now and switch two-factor on again.',
  },
  recoveryCodeUsed: {
    subject: 'A recovery code was used',
    what: 'One of your recovery codes was given in place of a code of your authenticator app. It is used up; the others are still good.',
    linkLabel: 'Sign in',
    otherwise: 'If it was not you, reset your password now and make new recovery codes.',
  },
  recoveryCodesRenewed: {
    subject: 'You have new recovery codes',
    what: 'New recovery codes were made for your account. The old ones are worth nothing any more.',
    linkLabel: 'Sign in',
    otherwise: 'If it was not you, reset your password now and make new recovery codes.',
  },
  codesGuessed: {
    subject: 'Somebody is guessing your codes',
    what: 'Many wrong codes were given for your account today, by somebody who has its password or is signed in to it. No more are looked at for a while, except where you signed in before; a recovery code is.',
    linkLabel: 'Sign in',
    otherwise: 'If it was not you, change your password now: without it nobody can go on.',
  },
};

/** To the nearest: a fresh mail took a moment on its way. */
const inMinutes = (seconds: number): string => {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return 'less than a minute';
  return minutes === 1 ? 'one minute' : `${minutes} minutes`;
};

/** What is mailed again ends with what was mailed first, so no fixed time would be true. */
const lifetime = ({ secondsLeft }: MailParts): string => `It is good for ${secondsLeft === undefined ? '' : `${inMinutes(secondsLeft)} and for `}one use.`;

const inText = ({ what, linkLabel, otherwise }: Wording, parts: MailParts, publicUrl: string): string => [
  what,
  ...(parts.code === undefined ? [] : [`Your code: ${parts.code}`, lifetime(parts)]),
  ...(parts.link === undefined ? [] : [`${linkLabel}: ${parts.link}`]),
  otherwise,
  `Sent by ${publicUrl}`,
].join('\n\n') + '\n';

const paragraph = (html: string, style = ''): string => `<p style="margin:0 0 16px;${style}">${html}</p>`;

const inHtml = ({ subject, what, linkLabel, otherwise }: Wording, parts: MailParts, publicUrl: string): string => [
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>`,
  '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c1c28;background:#ffffff"><div style="max-width:32em">',
  `<h1 style="margin:0 0 16px;font-size:20px">${escapeHtml(subject)}</h1>`,
  paragraph(escapeHtml(what)),
  ...(parts.code === undefined ? [] : [paragraph(escapeHtml(parts.code), 'font:bold 28px ui-monospace,monospace;letter-spacing:4px'), paragraph(lifetime(parts))]),
  ...(parts.link === undefined ? [] : [paragraph(`<a href="${escapeHtml(parts.link)}" style="color:#1a4fd6">${escapeHtml(linkLabel)}</a>`)]),
  paragraph(escapeHtml(otherwise), 'color:#55556a'),
  paragraph(`Sent by ${escapeHtml(publicUrl)}`, 'color:#55556a'),
  '</div></body></html>',
].join('\n');

/** The words of a mail. The code stands in the body alone: subjects show on locked screens. */
export const writeMail = (kind: MailRow['kind'], parts: MailParts, publicUrl: string): MailContent => {
  const wording = wordings[kind];
  return { subject: wording.subject, text: inText(wording, parts, publicUrl), html: inHtml(wording, parts, publicUrl) };
};
