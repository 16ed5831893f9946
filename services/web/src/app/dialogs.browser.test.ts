import { findAccessibilityFaults, type TestPage } from '@chat-backend/testing';
import type { Page } from 'playwright-core';
import { befriend, contractMode, enter, newPerson, press, startVisit, type Person, type Visit } from '../account/account.fixture';

const storyMs = 100_000;

/** Everything that opens, by keyboard alone: light and dark without a serious finding, closed by Escape, and then the focus is back where it was. */
describe('dialogs and panes, in a browser', () => {
  let visit: Visit;
  let ada: Person;
  let bo: Person;
  let opened: TestPage;
  let page: Page;
  let groupId: string;
  let boId: string;
  const open = (place: string) => page.goto(`${visit.server.url}/#/${place}`);
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
  const hasFocus = (label: string) => page.waitForFunction((expected) => [document.activeElement?.getAttribute('aria-label'), document.activeElement?.textContent].includes(expected), label);
  const expectAccessible = async (): Promise<void> => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
      // Colours move from one to the other.
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
      expect([colorScheme, await findAccessibilityFaults(page)]).toEqual([colorScheme, []]);
    }
  };
  /** What is open: reached by Tab from within alone, and closed by Escape. */
  const expectDialog = async (name: string, opener: string): Promise<void> => {
    const dialog = page.getByRole('dialog', { name });
    await dialog.waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]') !== null);
    await expectAccessible();
    for (let tabs = 0; tabs < 5; tabs += 1) await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await hasFocus(opener);
  };
  const chooseInMenu = async (item: string): Promise<void> => {
    await button('More about this chat').press('Enter');
    await page.getByRole('menuitem', { name: item }).waitFor();
    while (await page.evaluate(() => document.activeElement?.textContent) !== item) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
  };

  beforeAll(async () => {
    visit = await startVisit(contractMode);
    const { server: { url }, browser } = visit;
    [ada, bo] = await Promise.all([newPerson(url, 'Ada'), newPerson(url, 'Bo')]);
    await befriend(ada, bo);
    boId = bo.client.me();
    groupId = (await ada.client.call('create-group', { groupName: 'Tea at five', about: 'With milk' })).data.id;
    await bo.client.call('join-group', { groupId });
    await ada.client.connect();
    await ada.client.send({ to: boId, chatType: 'friend', message: 'Hello' }).stored;
    await ada.client.close();
    opened = await browser.newPage();
    ({ page } = opened);
    page.setDefaultTimeout(30_000);
    await enter(page, url, ada);
  }, storyMs);
  afterAll(() => visit.end());

  it('of a chat: its menu, and what it asks', async () => {
    await open(`chats/friend/${boId}`);
    await button('More about this chat').press('Enter');
    await page.getByRole('menuitem', { name: 'Block' }).waitFor();
    await expectAccessible();
    await page.keyboard.press('Escape');
    await hasFocus('More about this chat');
    for (const [item, question] of [['Remove friend', 'Remove Bo?'], ['Block', 'Block Bo?']] as const) {
      await chooseInMenu(item);
      await expectDialog(question, 'More about this chat');
    }
  }, storyMs);

  it('of messages: to take one back, to edit one, to send a picture', async () => {
    await button('Take message back').press('Enter');
    await expectDialog('Take this message back?', 'Take message back');
    await button('Edit message').press('Enter');
    await hasFocus('Message to Bo');
    await page.getByText('Editing your message').waitFor();
    await expectAccessible();
    await page.keyboard.press('Escape');
    await page.getByText('Editing your message').waitFor({ state: 'detached' });
    await hasFocus('Message to Bo');
    await button('Send a picture or a video by its link').press('Enter');
    await expectDialog('Send a picture or a video', 'Send a picture or a video by its link');
  }, storyMs);

  it('of people and groups: to remove, to block, to leave', async () => {
    await open(`people/${boId}`);
    for (const [name, question] of [['Remove friend', 'Remove Bo?'], ['Block', 'Block Bo?']] as const) {
      await button(name).press('Enter');
      await expectDialog(question, name);
    }
    await open(`groups/${groupId}`);
    for (const [name, question] of [['Leave', 'Leave Tea at five?'], ['Remove Bo', 'Remove Bo?']] as const) {
      await button(name).press('Enter');
      await expectDialog(question, name);
    }
  }, storyMs);

  it('what a dialog does not do, as the server is away, it says and stays; then it does it', async () => {
    await page.context().setOffline(true);
    await button('Remove Bo').press('Enter');
    await button('Remove').press('Enter');
    await page.getByText('The server cannot be reached.').waitFor();
    await page.getByRole('dialog', { name: 'Remove Bo?' }).waitFor();
    await expectAccessible();
    await page.context().setOffline(false);
    await press(page, 'Remove');
    await page.getByText('1 member', { exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement?.matches('main'));
  }, storyMs);

  it('and every pane', async () => {
    const panes = [
      ['chats', 'Choose a chat'], ['people', 'Choose somebody'], ['people/blocked', 'You block nobody'], ['groups/new', 'Create group'], ['groups/find', 'Find groups'],
      ['account/profile', 'About you'], ['account/password', 'New password'], ['account/two-factor', 'Go on'], ['account/devices', 'This device'], ['account/data', 'Export my data'],
    ] as const;
    for (const [place, words] of panes) {
      await open(place);
      await page.getByText(words, { exact: true }).first().waitFor();
      await expectAccessible();
    }
    expect([opened.faults, visit.server.loggedErrors()]).toEqual([[], []]);
  }, storyMs);
});
