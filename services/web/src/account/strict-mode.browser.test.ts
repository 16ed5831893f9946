import { codeIn, startTestSmtpServer, type CapturedMail, type TestBrowser, type TestPage, type TestSmtpServer } from '@chat-backend/testing';
import { URI, type TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { expectNoFaults, fillIn, newAddress, openPage, openWindow, password, press, signIn, type WindowVisit } from './account.fixture';

const linkIn = ({ text }: CapturedMail, path: string): string => new RegExp(`http://\\S*/${path}\\?token=\\S+`).exec(text)?.[0] ?? '';

/** As in production: codes come by mail and nowhere else, and a second factor is asked for. */
describe('the account where codes are mailed, in a browser', () => {
  let mails: TestSmtpServer;
  let visit: WindowVisit;
  let url: string;
  let browser: TestBrowser;
  let opened: TestPage;
  let page: Page;
  let open: WindowVisit['open'];
  const email = newAddress();
  beforeAll(async () => {
    mails = await startTestSmtpServer();
    visit = await openWindow({ SMTP_URL: mails.url });
    ({ server: { url }, browser, opened, page, open } = visit);
  });
  afterAll(async () => {
    await visit.end();
    await mails.close();
  });
  const mailOf = (subject: string, to = email) => mails.waitForMail((mail) => mail.to.includes(to) && mail.subject === subject);
  const inside = () => page.getByRole('navigation', { name: 'Main' }).waitFor();
  const signOut = async () => {
    await open('account', 'Account');
    await press(page, 'Sign out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  };

  it('is confirmed with the code of the mail, after a wrong one', async () => {
    await open('sign-up', 'Create your account');
    await fillIn(page, { 'Email address': email, Password: password });
    await press(page, 'Create the account');
    const code = codeIn(await mailOf('Confirm your email address'));
    expect(await page.getByLabel('Code').inputValue()).toBe('');
    await fillIn(page, { Code: code === '000000' ? '000001' : '000000' });
    await press(page, 'Confirm and sign in');
    await page.getByRole('alert').getByText('That is not the code.').waitFor();
    await expectNoFaults(opened);
    await fillIn(page, { Code: code });
    await press(page, 'Confirm and sign in');
    await inside();
  });

  it('is confirmed by the link of the mail in another window, which keeps no token, and the first window goes on', async () => {
    const [first, second] = [await browser.newPage(), await browser.newPage()];
    const address = newAddress();
    await openPage(first.page, url, 'sign-up', 'Create your account');
    await fillIn(first.page, { 'Email address': address, Password: password });
    await press(first.page, 'Create the account');
    await press(first.page, 'I have opened the link');
    await first.page.getByRole('alert').getByText('not verified').waitFor();
    const mail = await mailOf('Confirm your email address', address);
    const link = linkIn(mail, 'verify-email');
    const reply = await second.page.goto(link);
    expect(reply?.headers()['cache-control']).toBe('no-store');
    await second.page.getByRole('heading', { name: 'Confirm your email address' }).waitFor();
    expect(second.page.url()).not.toContain('token');
    await expectNoFaults(second);
    await press(second.page, 'Confirm my email address');
    await second.page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor();
    await second.page.goto(link);
    await press(second.page, 'Confirm my email address');
    await second.page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await expectNoFaults(second);
    await press(second.page, 'Sign in');
    await second.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await press(first.page, 'I have opened the link');
    await first.page.getByRole('navigation', { name: 'Main' }).waitFor();
    await first.close();
    await second.close();
  });

  it('is asked for a new password by the link where somebody else registered the address, too', async () => {
    const [mine, others] = [await browser.newPage(), await browser.newPage()];
    const address = newAddress();
    const seen: CapturedMail[] = [];
    for (const [{ page: signingUp }, chosen] of [[mine, password], [others, `${password}, or not`]] as const) {
      await openPage(signingUp, url, 'sign-up', 'Create your account');
      await fillIn(signingUp, { 'Email address': address, Password: chosen });
      await press(signingUp, 'Create the account');
      seen.push(await mails.waitForMail((mail) => mail.to.includes(address) && !seen.includes(mail)));
    }
    await mine.page.goto(linkIn(seen[1] as CapturedMail, 'verify-email'));
    await press(mine.page, 'Confirm my email address');
    await mine.page.getByText('None of them counts').waitFor();
    await expectNoFaults(mine);
    await press(mine.page, 'Choose a password');
    await mine.page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await press(others.page, 'I have opened the link');
    await others.page.getByRole('alert').getByText('The email address or the password is wrong.').waitFor();
    await mine.close();
    await others.close();
  });

  it('gets a second factor from an authenticator app, keeps its recovery codes, and signs in with both', async () => {
    await open('account/two-factor', 'Two-factor');
    await fillIn(page, { 'Current password': password });
    await expectNoFaults(opened);
    await press(page, 'Go on');
    await page.getByText('Scan this with your authenticator app').waitFor();
    expect(await page.locator('svg title').textContent()).toBe('QR code for your authenticator app');
    const secret = await page.locator('pre').textContent();
    const app = URI.parse(`otpauth://totp/chat?secret=${secret ?? ''}`) as TOTP;
    await expectNoFaults(opened);
    await fillIn(page, { Code: app.generate() });
    await press(page, 'Switch two-factor on');
    await page.getByRole('heading', { name: 'Keep your recovery codes' }).waitFor();
    const recoveryCodes = (await page.locator('pre').textContent() ?? '').trim().split('\n');
    expect(recoveryCodes).toHaveLength(10);
    await expectNoFaults(opened);
    await press(page, 'I have kept them');
    await page.getByText('Your codes come from your authenticator app.').waitFor();
    await expectNoFaults(opened);

    await signOut();
    await signIn(page, url, email);
    await page.getByRole('heading', { name: 'One more step' }).waitFor();
    await fillIn(page, { Code: recoveryCodes[0] ?? '' });
    await expectNoFaults(opened);
    await press(page, 'Sign in');
    await inside();
    await open('account/two-factor', 'Two-factor');
    await page.getByText('9 left.').waitFor();
    await fillIn(page, { 'Code, to switch it off': recoveryCodes[1] ?? '' });
    await press(page, 'Switch two-factor off');
    await page.getByLabel('From an authenticator app').waitFor();
  });

  it('gets a second factor by mail, and signs in with it', async () => {
    await page.getByLabel('By mail').check();
    await fillIn(page, { 'Current password': password });
    await press(page, 'Go on');
    await fillIn(page, { Code: codeIn(await mailOf('Your code for two-factor')) });
    await press(page, 'Switch two-factor on');
    await page.getByText('Your codes come by mail.').waitFor();
    await signOut();
    await signIn(page, url, email);
    await page.getByText('Enter the code that we have just mailed to you.').waitFor();
    await expectNoFaults(opened);
    await fillIn(page, { Code: codeIn(await mailOf('Your sign-in code')) });
    await press(page, 'Sign in');
    await inside();
  });

  it('gets a new password by the link of a mail', async () => {
    await signOut();
    await open('forgot-password', 'Choose a new password');
    await fillIn(page, { 'Email address': email });
    await press(page, 'Send me a code');
    const link = linkIn(await mailOf('Reset your password'), 'reset-password');
    await page.goto(link);
    await fillIn(page, { 'New password': 'Password123' });
    await press(page, 'Change my password');
    await page.getByRole('alert').getByText('easy to guess').waitFor();
    await expectNoFaults(opened);
    await fillIn(page, { 'New password': 'eight brown otters' });
    await press(page, 'Change my password');
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
    await press(page, 'Go on');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(link);
    await fillIn(page, { 'New password': 'nine brown otters' });
    await press(page, 'Change my password');
    await page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await press(page, 'Ask for a new mail');
    await page.getByRole('button', { name: 'Send me a code' }).waitFor();
  });
});
