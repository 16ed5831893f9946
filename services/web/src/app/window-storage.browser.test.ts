import type { PageServer, TestBrowser } from '@chat-backend/testing';
import type { Page } from 'playwright-core';
import { befriend, contractMode, enter, isLive, newPerson, openPage, press, startVisit, type Person, type Visit } from '../account/account.fixture';

const storyMs = 100_000;

/** What the browser keeps for the page; Ada writes to Bo. */
describe('what is kept in a browser', () => {
  let visit: Visit;
  let server: PageServer;
  let browser: TestBrowser;
  let ada: Person;
  let bo: Person;

  beforeAll(async () => {
    visit = await startVisit(contractMode);
    ({ server, browser } = visit);
    [ada, bo] = await Promise.all([newPerson(server.url, 'Ada'), newPerson(server.url, 'Bo')]);
    await befriend(ada, bo);
  }, storyMs);
  afterAll(async () => {
    for (const { client } of [ada, bo]) await client.close();
    await visit.end();
  });

  const openChat = async (page: Page): Promise<void> => {
    await page.goto(`${server.url}/#/chats/friend/${bo.client.me()}`);
    await page.getByLabel('Message to Bo').waitFor();
  };
  const write = async (page: Page, text: string): Promise<void> => {
    await page.getByLabel('Message to Bo').fill(text);
    await page.getByLabel('Message to Bo').press('Enter');
  };
  const stored = (page: Page, text: string) => page.locator('[role=log] [data-seq]', { hasText: text });
  const signOut = async (page: Page): Promise<void> => {
    await openPage(page, server.url, 'account', 'Account');
    await press(page, 'Sign out');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  };

  it('is gone when one signs out, also where the session is heard to have ended before that is answered', async () => {
    const { page, close } = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await enter(page, server.url, ada);
    await isLive(page);
    await openChat(page);
    await page.getByLabel('Message to Bo').fill('half a thought');
    await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.includes(':draft:')));
    await page.route('**/api/v1/logout', async (route) => {
      const response = await route.fetch();
      await page.getByRole('heading', { name: 'Sign in' }).waitFor();
      await route.fulfill({ response });
    });
    await signOut(page);
    await page.waitForFunction(() => Object.keys(localStorage).every((key) => !key.startsWith('chat')));
    await close();
  }, storyMs);

  it('is sent by another window where the one that wrote it was closed', async () => {
    const { page, close } = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await enter(page, server.url, ada);
    const second = await page.context().newPage();
    await openChat(second);
    await second.waitForFunction(() => Object.keys(localStorage).some((key) => key.endsWith(':cursors:window-2')));
    await server.kill();
    await write(second, 'Left behind');
    await second.waitForFunction(() => Object.entries(localStorage).some(([key, value]) => key.endsWith(':unsent:window-2') && String(value).includes('Left behind')));
    await second.close();
    await server.start();
    await page.reload();
    await openChat(page);
    await stored(page, 'Left behind').waitFor();
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => key.endsWith(':unsent:window-2')))).toEqual([]);
    await close();
  }, storyMs);

  it('is kept by the page itself where the browser keeps nothing', async () => {
    const { page, faults, close } = await browser.newPage();
    page.setDefaultTimeout(30_000);
    await page.addInitScript(() => {
      const refuse = (): never => { throw new DOMException('Access is denied for this document.', 'SecurityError'); };
      for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get: refuse });
      Object.defineProperty(navigator.locks, 'request', { value: async () => refuse() });
    });
    await enter(page, server.url, ada);
    await openChat(page);
    await write(page, 'Kept nowhere');
    await stored(page, 'Kept nowhere').waitFor();
    await signOut(page);
    expect(faults).toEqual([]);
    await close();
  }, storyMs);
});
