import { escapeHtml } from './escape-html';
import type { MailRow } from './mail-row';

export interface MailContent { subject: string; text: string; html: string }

/** What opens something. Made when a mail is sent, and kept nowhere. */
export interface MailSecrets { code?: string; link?: string }

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
};

const lifetime = 'It is good for ten minutes and for one use.';

const inText = ({ what, linkLabel, otherwise }: Wording, { code, link }: MailSecrets, publicUrl: string): string => [
  what,
  ...(code === undefined ? [] : [`Your code: ${code}`, lifetime]),
  ...(link === undefined ? [] : [`${linkLabel}: ${link}`]),
  otherwise,
  `Sent by ${publicUrl}`,
].join('\n\n') + '\n';

const paragraph = (html: string, style = ''): string => `<p style="margin:0 0 16px;${style}">${html}</p>`;

const inHtml = ({ subject, what, linkLabel, otherwise }: Wording, { code, link }: MailSecrets, publicUrl: string): string => [
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(subject)}</title></head>`,
  '<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c1c28;background:#ffffff"><div style="max-width:32em">',
  `<h1 style="margin:0 0 16px;font-size:20px">${escapeHtml(subject)}</h1>`,
  paragraph(escapeHtml(what)),
  ...(code === undefined ? [] : [paragraph(escapeHtml(code), 'font:bold 28px ui-monospace,monospace;letter-spacing:4px'), paragraph(lifetime)]),
  ...(link === undefined ? [] : [paragraph(`<a href="${escapeHtml(link)}" style="color:#1a4fd6">${escapeHtml(linkLabel)}</a>`)]),
  paragraph(escapeHtml(otherwise), 'color:#55556a'),
  paragraph(`Sent by ${escapeHtml(publicUrl)}`, 'color:#55556a'),
  '</div></body></html>',
].join('\n');

/** The words of a mail. The code stands in the body alone: subjects show on locked screens. */
export const writeMail = (kind: MailRow['kind'], secrets: MailSecrets, publicUrl: string): MailContent => {
  const wording = wordings[kind];
  return { subject: wording.subject, text: inText(wording, secrets, publicUrl), html: inHtml(wording, secrets, publicUrl) };
};
