import { randomUUID } from 'node:crypto';
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

/** Nothing that axe calls serious, and nothing that the page or its policy complains of. */
export const expectNoFaults = async ({ page, faults }: TestPage): Promise<void> => {
  expect(await findAccessibilityFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
};
