import { readFile } from 'node:fs/promises';
import { findAccessibilityFaults, screens, type PageServer, type TestBrowser, type TestPage } from '@chat-backend/testing';
import type { Page } from 'playwright-core';
import { contractMode, expectNoFaults, fillIn, isLive, newAddress, openPage, openWindow, password, press, signIn, signUp, type WindowVisit } from './account.fixture';

/** Where codes are shown. */
describe('the account, in a browser', () => {
  let visit: WindowVisit;
  let server: PageServer;
  let browser: TestBrowser;
  let opened: TestPage;
  let page: Page;
  let open: WindowVisit['open'];
  const email = newAddress();
  beforeAll(async () => {
    visit = await openWindow(contractMode);
    ({ server, browser, opened, page, open } = visit);
  });
  afterAll(() => visit.end());

  it('has its page under a policy that allows nothing inline, and every first page is free of serious findings', async () => {
    const reply = await page.goto(server.url);
    expect(reply?.headers()['content-security-policy']).not.toContain('unsafe');
    for (const [place, heading] of [['sign-in', 'Sign in'], ['sign-up', 'Create your account'], ['forgot-password', 'Choose a new password']] as const) {
      await open(place, heading);
      await expectNoFaults(opened);
    }
  });

  it('is made by keyboard alone, with the code that the server shows', async () => {
    await open('sign-up', 'Create your account');
    await page.keyboard.press('Tab');
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Confirm your address' }).waitFor();
    expect(await page.getByLabel('Code').inputValue()).toMatch(/^\d{6}$/);
    expect(await page.getByRole('button', { name: /Send a new code \(in \d+ s\)/ }).isDisabled()).toBe(true);
    await expectNoFaults(opened);
    await page.getByLabel('Code').press('Enter');
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
  });

  it('has its password masked, pasted where one likes, and shown when asked', async () => {
    const { page: other, close } = await browser.newPage({ ...screens.desktop, permissions: ['clipboard-read', 'clipboard-write'] });
    await openPage(other, server.url, 'sign-in', 'Sign in');
    const field = other.getByLabel('Password', { exact: true });
    await other.evaluate((text) => navigator.clipboard.writeText(text), password);
    await field.press('Control+v');
    expect([await field.inputValue(), await field.getAttribute('type')]).toEqual([password, 'password']);
    await press(other, 'Show the password');
    expect(await field.getAttribute('type')).toBe('text');
    await close();
  });

  it('says in words what is wrong, and what to do', async () => {
    const other = await browser.newPage();
    await signIn(other.page, server.url, email, 'not this one');
    await other.page.getByRole('alert').getByText('The email address or the password is wrong.').waitFor();
    await openPage(other.page, server.url, 'sign-up', 'Create your account');
    await fillIn(other.page, { 'Email address': email, Password: password });
    await press(other.page, 'Create the account');
    const alert = other.page.getByRole('alert').getByText('There is an account with this address.');
    await alert.waitFor();
    expect(await alert.textContent()).not.toMatch(/[A-Z]{2,}_/);
    await expectNoFaults(other);
    await other.close();
  });

  it('has one session after signing up, and shows a second one, which it ends', async () => {
    const other = await browser.newPage(screens.phone);
    await signIn(other.page, server.url, email);
    await other.page.getByRole('navigation', { name: 'Main' }).waitFor();
    await open('account/devices', 'Signed-in devices');
    await page.getByText('This device').waitFor();
    expect(await page.getByRole('listitem').count()).toBe(2);
    await expectNoFaults(opened);
    await press(page, 'Sign out everywhere else');
    await other.page.getByText('You were signed out: this session has ended.').waitFor();
    await page.getByText('You are signed in nowhere else.').waitFor();
    await expectNoFaults(other);
    await other.close();
  });

  it('is signed in in every window of the browser, each with its own queue and its own place in the chats', async () => {
    const second = await page.context().newPage();
    await second.goto(server.url);
    await second.getByRole('navigation', { name: 'Main' }).waitFor();
    await second.waitForFunction(() => Object.keys(localStorage).some((key) => key.endsWith(':cursors:window-2')));
    await second.close();
  });

  it('keeps the profile, across a reload', async () => {
    await open('account/profile', 'Profile');
    await fillIn(page, { Name: 'Grace', 'About you': 'Writes compilers', Age: '45' });
    await press(page, 'Save');
    await page.getByText('Your profile is saved.').waitFor();
    await page.reload();
    await page.getByLabel('Name', { exact: true }).waitFor();
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Grace');
    await page.getByText('Grace').waitFor();
    await expectNoFaults(opened);
  });

  it('changes its password', async () => {
    await open('account/password', 'Password');
    await fillIn(page, { 'Current password': password, 'New password': `${password}, and more` });
    await press(page, 'Change the password');
    await page.getByText('Your password is changed.').waitFor();
    await expectNoFaults(opened);
  });

  it('remembers light or dark', async () => {
    await open('account/password', 'Password');
    await page.getByText('Dark', { exact: true }).click();
    await page.reload();
    await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
    await page.getByRole('heading', { name: 'Password' }).waitFor();
    await expectNoFaults(opened);
  });

  it('hands out all that is kept of it as a file', async () => {
    await open('account/data', 'Your data');
    await expectNoFaults(opened);
    const download = page.waitForEvent('download');
    await press(page, 'Export my data');
    const exported = JSON.parse(await readFile(await (await download).path(), 'utf8')) as Record<string, { kind: string; email?: string }[]>;
    expect(Object.keys(exported)).toEqual(['exportedAt', 'account', 'friends', 'groups', 'messages']);
    expect(exported['account']?.find(({ kind }) => kind === 'account')?.email).toBe(email);
  });

  it('says so while the server is away, and goes on by itself when it is back', async () => {
    await server.kill();
    await page.getByText('What you write is sent when it is back.').waitFor();
    await expectNoFaults(opened);
    await server.start();
    await page.getByRole('button', { name: 'Try now' }).click();
    await page.getByText('What you write is sent when it is back.').waitFor({ state: 'hidden' });
    await open('account/devices', 'Signed-in devices');
    await page.getByText('This device').waitFor();
  });

  it('is deleted, for good, and another device says so', async () => {
    const other = await browser.newPage(screens.phone);
    await signIn(other.page, server.url, email, `${password}, and more`);
    await other.page.getByRole('navigation', { name: 'Main' }).waitFor();
    await isLive(other.page);
    await open('account/data', 'Your data');
    await fillIn(page, { 'Your password': `${password}, and more` });
    await page.getByLabel('I know that nobody can bring it back').check();
    await press(page, 'Delete my account');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('this session has ended').count()).toBe(0);
    await other.page.getByText('Your account was deleted').waitFor();
    await expectNoFaults(other);
    for (const window of [page, other.page]) await window.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('chat:')));
    await other.close();
    expect(server.loggedErrors()).toEqual([]);
  });

  it('has a new password when the old one is forgotten', async () => {
    const forgetful = await browser.newPage(screens.phone);
    const address = newAddress();
    await signUp(forgetful.page, server.url, address);
    await openPage(forgetful.page, server.url, 'account', 'Account');
    await press(forgetful.page, 'Sign out');
    await openPage(forgetful.page, server.url, 'forgot-password', 'Choose a new password');
    await fillIn(forgetful.page, { 'Email address': address });
    await press(forgetful.page, 'Send me a code');
    await fillIn(forgetful.page, { 'New password': 'eight brown otters' });
    expect(await findAccessibilityFaults(forgetful.page)).toEqual([]);
    await press(forgetful.page, 'Change it and sign in');
    await forgetful.page.getByRole('navigation', { name: 'Main' }).waitFor();
    await forgetful.close();
  });
});
