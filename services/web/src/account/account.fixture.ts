import { randomUUID } from 'node:crypto';
import { findAccessibilityFaults, type TestPage } from '@chat-backend/testing';
import type { Page } from 'playwright-core';

export const password = 'seven grey herons';
export const newAddress = (): string => `${randomUUID()}@example.com`;

/** Opens a place of the page, and waits for what it is called. */
export const openPage = async (page: Page, url: string, place: string, heading: string): Promise<void> => {
  await page.goto(`${url}/#/${place}`);
  await page.getByRole('heading', { name: heading, exact: true }).waitFor();
};

export const fillIn = async (page: Page, fields: Readonly<Record<string, string>>): Promise<void> => {
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
};

export const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

/** Makes an account on a server in contract mode, and is signed in with it. */
export const signUp = async (page: Page, url: string, email: string): Promise<void> => {
  await openPage(page, url, 'sign-up', 'Create your account');
  await fillIn(page, { 'Email address': email, Password: password });
  await press(page, 'Create the account');
  await press(page, 'Confirm and sign in');
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
};

/** Nothing that axe calls serious, and nothing that the page or its policy complains of. */
export const expectNoFaults = async ({ page, faults }: TestPage): Promise<void> => {
  expect(await findAccessibilityFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
};
