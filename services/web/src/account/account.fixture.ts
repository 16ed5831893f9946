import { randomUUID } from 'node:crypto';
import { createChatClient, type ChatClient } from '@chat-backend/client';
import { findAccessibilityFaults, openBrowser, startPageServer, type PageServer, type TestBrowser, type TestPage } from '@chat-backend/testing';
import type { Page } from 'playwright-core';

export const password = 'seven grey herons';
export const newAddress = (): string => `${randomUUID()}@example.com`;

/** A server and a browser, for the tests of a file. */
export interface Visit {
  server: PageServer;
  browser: TestBrowser;
  end(): Promise<void>;
}

/** @param env of the server: `contractMode`, or `SMTP_URL` where codes are to come by mail */
export const startVisit = async (env: NodeJS.ProcessEnv): Promise<Visit> => {
  const [server, browser] = await Promise.all([startPageServer(env), openBrowser()]);
  return {
    server, browser,
    async end() {
      await browser.close();
      await server.stop();
    },
  };
};

/** As `npm start` serves it: codes are shown. */
export const contractMode = { EXPOSE_OTP: 'true' } as const;

/** A visit with the window that most of its tests go on with. */
export interface WindowVisit extends Visit {
  opened: TestPage;
  page: Page;
  open(place: string, heading: string): Promise<void>;
}

export const openWindow = async (env: NodeJS.ProcessEnv): Promise<WindowVisit> => {
  const visit = await startVisit(env);
  const opened = await visit.browser.newPage();
  return { ...visit, opened, page: opened.page, open: (place, heading) => openPage(opened.page, visit.server.url, place, heading) };
};

/** Opens a place of the page, and waits for what it is called. */
export const openPage = async (page: Page, url: string, place: string, heading: string): Promise<void> => {
  await page.goto(`${url}/#/${place}`);
  await page.getByRole('heading', { name: heading, exact: true }).waitFor();
};

export const fillIn = async (page: Page, fields: Readonly<Record<string, string>>): Promise<void> => {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
};

export const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** Everything that was missed is here, and what happens comes by itself: then the client stores how far it is. */
export const isLive = async (page: Page): Promise<void> => { await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.endsWith(':cursors'))); };

/** Says who one is; what comes after it, the second factor or the chats, is up to the test. */
export const signIn = async (page: Page, url: string, email: string, withPassword = password): Promise<void> => {
  await openPage(page, url, 'sign-in', 'Sign in');
  await fillIn(page, { 'Email address': email, Password: withPassword });
  await press(page, 'Sign in');
};

/** Makes an account on a server in contract mode, and is signed in with it. */
export const signUp = async (page: Page, url: string, email: string): Promise<void> => {
  await openPage(page, url, 'sign-up', 'Create your account');
  await fillIn(page, { 'Email address': email, Password: password });
  await press(page, 'Create the account');
  await press(page, 'Confirm and sign in');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
};

/** The same for who also has a name. */
export const signUpAs = async (page: Page, url: string, name: string, email = newAddress()): Promise<void> => {
  await signUp(page, url, email);
  await openPage(page, url, 'account/profile', 'Profile');
  await fillIn(page, { Name: name });
  await press(page, 'Save');
  await page.getByText('Your profile is saved.').waitFor();
};

/** Somebody who is there already, with the client that a test goes on with beside the page. */
export interface Person { email: string; name: string; client: ChatClient }

export const newPerson = async (url: string, name: string): Promise<Person> => {
  const client = createChatClient({ url });
  const email = newAddress();
  const { token, otp } = await client.register({ email, password });
  await client.verify({ token, otp });
  await client.signIn({ email, password });
  await client.call('update-profile', { userName: name });
  return { email, name, client };
};

export const befriend = async (one: Person, other: Person): Promise<void> => {
  await one.client.call('sent-request', { to: other.client.me() });
  await other.client.call('accept-request', { to: one.client.me() });
};

/** Signs in, and is inside. */
export const enter = async (page: Page, url: string, { email }: Person): Promise<void> => {
  await signIn(page, url, email);
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
};

/** Nothing that axe calls serious, and nothing that the page or its policy complains of. */
export const expectNoFaults = async ({ page, faults }: TestPage): Promise<void> => {
  expect(await findAccessibilityFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
};
