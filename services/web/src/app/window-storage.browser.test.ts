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
});
