import { screens, type TestPage } from '@chat-backend/testing';
import type { Page } from 'playwright-core';
import { befriend, contractMode, enter, expectNoFaults, newPerson, openPage, startVisit, type Person, type Visit } from '../account/account.fixture';

const storyMs = 100_000;

/** Ada writes to Bo on a phone. */
describe('writing, in a browser', () => {
  let visit: Visit;
  let ada: Person;
  let bo: Person;
  let opened: TestPage;
  let page: Page;

  beforeAll(async () => {
    visit = await startVisit(contractMode);
    const { server: { url }, browser } = visit;
    [ada, bo] = await Promise.all([newPerson(url, 'Ada'), newPerson(url, 'Bo')]);
    await befriend(ada, bo);
    opened = await browser.newPage(screens.phone);
    ({ page } = opened);
    // The first page of a busy machine takes its time.
    page.setDefaultTimeout(30_000);
    await enter(page, url, ada);
  }, storyMs);
  afterAll(async () => {
    for (const { client } of [ada, bo]) await client.close();
    await visit.end();
  });

  it('leaves the keys to an input method that composes, also where the code of the key is all that says so', async () => {
    await page.goto(`${visit.server.url}/#/chats/friend/${bo.client.me()}`);
    const input = page.getByLabel('Message to Bo');
    // As Safari does it: the composition is over before the key that ended it is told of.
    const pressWhileComposing = (key: string) => input.dispatchEvent('keydown', { key, keyCode: 229 });
    await input.fill('にほ');
    await pressWhileComposing('Enter');
    expect(await input.inputValue()).toBe('にほ');
    await input.press('Enter');
    await page.locator('[role=log] [data-seq]', { hasText: 'にほ' }).waitFor();
    await input.press('ArrowUp');
    await page.getByText('Editing your message').waitFor();
    await input.fill('にほん');
    await pressWhileComposing('Escape');
    expect(await input.inputValue()).toBe('にほん');
    await input.press('Escape');
    await page.getByText('Editing your message').waitFor({ state: 'detached' });
    await expectNoFaults(opened);
  }, storyMs);

  it('is done in letters so large that a phone does not zoom in on them', async () => {
    const { server: { url } } = visit;
    const sizes = () => page.locator('input, textarea').evaluateAll((fields) => fields.map((field) => Number.parseFloat(getComputedStyle(field).fontSize)));
    await page.goto(`${url}/#/chats/friend/${bo.client.me()}`);
    await page.getByLabel('Message to Bo').waitFor();
    expect(Math.min(...await sizes())).toBeGreaterThanOrEqual(16);
    for (const [place, heading] of [['people', 'People'], ['groups/new', 'New group'], ['account/profile', 'Profile'], ['account/password', 'Password']] as const) {
      await openPage(page, url, place, heading);
      await page.locator('input').first().waitFor({ state: 'attached' });
      expect([place, Math.min(...await sizes())]).toEqual([place, 16]);
    }
    await expectNoFaults(opened);
  }, storyMs);
});
