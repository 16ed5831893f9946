import { accounts, apiPrefix, limits } from '@chat-backend/contracts';
import { html, type Html } from './html';
import { layout } from './layout';

const script = 'mail-link.js';
const call = (name: string): string => `${apiPrefix.slice(1)}/${name}`;

const card = (title: string, form: Html): string => layout({
  title, script,
  body: html`<main><div class="card">
<h1>${title}</h1>
${form}
<output role="status" aria-live="polite"></output>
<noscript><p>This page needs JavaScript to send the form.</p></noscript>
</div></main>`,
});

/** Opening it changes nothing: mail scanners open links, too. */
export const verifyEmailPage = (): string => card('Confirm your email address', html`
<form method="post" action="${call(accounts.verifyUser.name)}" data-done="Your email address is confirmed. You can sign in now.">
<p>One click, and your account is ready.</p>
<button type="submit">Confirm my email address</button>
</form>`);

const passwordField = (id: string, label: string): Html => html`
<label for="${id}">${label}</label>
<input id="${id}" name="${id}" type="password" autocomplete="new-password" required minlength="${limits.passwordMinLength}" maxlength="${limits.passwordMaxLength}">`;

export const resetPasswordPage = (): string => card('Choose a new password', html`
<form method="post" action="${call(accounts.updatePassword.name)}" data-done="Your password is changed. You can sign in with it now.">
<p class="quiet">At least ${limits.passwordMinLength} characters.</p>
${passwordField('password', 'New password')}
${passwordField('repeated', 'New password again')}
<button type="submit">Change my password</button>
</form>`);
