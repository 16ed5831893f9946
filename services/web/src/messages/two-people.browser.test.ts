import { join } from 'node:path';
import { findAccessibilityFaults, screens, type PageServer, type TestPage } from '@chat-backend/testing';
import type { Page } from 'playwright-core';
import { contractMode, signUpAs, startVisit, type Visit } from '../account/account.fixture';

/** Where pictures go, if anywhere: `SCREENSHOTS=docs/screenshots npm run test:browser` makes those of the README. */
const pictures = process.env['SCREENSHOTS'];
const storyMs = 100_000;

/** What the log shows of a chat, from above to below; what is on its way last. */
const shown = (page: Page): Promise<string[]> =>
  page.locator('[role=log] [data-row]').evaluateAll((rows) => rows.map((row) => `${row.getAttribute('data-seq') ?? 'pending'}:${row.querySelector('[data-words]')?.textContent ?? ''}`));

const take = async ({ page }: TestPage, name: string): Promise<void> => {
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
};

/** Two people in two windows, one of them on a phone, go through everything that one does with others; the server is killed in between. */
describe('the web client, with two people', () => {
  let visit: Visit;
  let server: PageServer;
  let ada: TestPage;
  let bo: TestPage;

  beforeAll(async () => {
    visit = await startVisit(contractMode);
    ({ server } = visit);
    const { browser } = visit;
    [ada, bo] = await Promise.all([browser.newPage({ ...screens.desktop, colorScheme: 'light' }), browser.newPage({ ...screens.phone, colorScheme: 'dark' })]);
    // The first page of a busy machine takes its time.
    for (const { page } of [ada, bo]) page.setDefaultTimeout(30_000);
  }, storyMs);
  afterAll(() => visit.end(), storyMs);

  const goTo = async (page: Page, place: string): Promise<void> => { await page.goto(`${server.url}/#/${place}`); };
  const write = async ({ page }: TestPage, text: string): Promise<void> => {
    const input = page.getByLabel(/^Message to /);
    await input.fill(text);
    await input.press('Enter');
  };
  const stored = (page: Page, text: string) => page.locator('[role=log] [data-seq]', { hasText: text });
  /** Soon: a button that has been busy gets it back when it is drawn again. */
  const expectFocusOn = async (page: Page, label: string): Promise<void> => {
    await page.waitForFunction((expected) => document.activeElement?.getAttribute('aria-label') === expected, label);
  };
  const expectAccessible = async (page: Page): Promise<void> => { expect(await findAccessibilityFaults(page)).toEqual([]); };
  const openChatWith = async ({ page }: TestPage, name: string): Promise<void> => {
    await goTo(page, 'chats');
    await page.getByRole('list', { name: 'Chats' }).getByText(name, { exact: true }).click();
    await page.getByLabel(/^Message to /).waitFor();
  };

  it('they sign up, find each other, and become friends', async () => {
    await Promise.all([signUpAs(ada.page, server.url, 'Ada Lovelace'), signUpAs(bo.page, server.url, 'Bo Nakamura')]);
    await goTo(ada.page, 'people');
    await ada.page.getByLabel('Find people').fill('bo nak');
    await ada.page.getByRole('button', { name: 'Add friend Bo Nakamura' }).press('Enter');
    await ada.page.getByRole('button', { name: 'Cancel request to Bo Nakamura' }).waitFor();
    await expectFocusOn(ada.page, 'Cancel request to Bo Nakamura');
    await ada.page.getByRole('button', { name: 'Cancel request to Bo Nakamura' }).click();
    await ada.page.getByRole('button', { name: 'Add friend Bo Nakamura' }).click();
    await ada.page.getByRole('button', { name: 'Cancel request to Bo Nakamura' }).waitFor();
    await expectAccessible(ada.page);
    await goTo(bo.page, 'people');
    await bo.page.getByRole('link', { name: /^People\s+1 request$/ }).waitFor();
    await bo.page.getByRole('button', { name: 'Reject the request of Ada Lovelace' }).click();
    await ada.page.getByRole('button', { name: 'Add friend Bo Nakamura' }).click();
    await bo.page.getByRole('button', { name: 'Accept the request of Ada Lovelace' }).waitFor();
    await expectAccessible(bo.page);
    await bo.page.getByRole('button', { name: 'Accept the request of Ada Lovelace' }).click();
    await ada.page.getByRole('link', { name: 'Message Bo Nakamura' }).waitFor();
  }, storyMs);

  it('they write to each other; what is not seen counts as unread; a message is edited and taken back', async () => {
    await openChatWith(ada, 'Bo Nakamura');
    await write(ada, 'Have you seen the engine? https://example.com/engine');
    await stored(ada.page, 'Have you seen').waitFor();
    await goTo(bo.page, 'chats');
    await bo.page.getByLabel('1 unread').waitFor();
    await bo.page.getByRole('link', { name: /^Chats\s+1 unread$/ }).waitFor();
    expect(await bo.page.title()).toBe('(1) Chats · Chat');
    await openChatWith(bo, 'Ada Lovelace');
    await stored(bo.page, 'Have you seen').waitFor();
    await bo.page.getByText('New messages', { exact: true }).waitFor();
    await write(bo, 'Not yet.\nIs it large?');
    await stored(ada.page, 'Is it large?').waitFor();
    await write(ada, 'As large as a rom');
    await stored(ada.page, 'As large as a rom').hover();
    await ada.page.getByRole('button', { name: 'Edit message' }).last().click();
    await ada.page.getByLabel(/^Message to /).fill('As large as a room');
    await ada.page.getByLabel(/^Message to /).press('Enter');
    await stored(bo.page, 'As large as a room').waitFor();
    await write(ada, 'This was for somebody else');
    await stored(bo.page, 'This was for somebody else').waitFor();
    await stored(ada.page, 'This was for somebody else').hover();
    await ada.page.getByRole('button', { name: 'Take message back' }).last().click();
    await ada.page.getByRole('button', { name: 'Take back', exact: true }).click();
    await bo.page.getByText('This message was taken back').waitFor();
    await ada.page.getByRole('dialog').waitFor({ state: 'detached' });
    await expectFocusOn(ada.page, 'Message to Bo Nakamura');
    expect(await bo.page.title()).toBe('Chats · Chat');
    expect(await ada.page.getByRole('link', { name: 'https://example.com/engine' }).getAttribute('rel')).toContain('noopener');
  }, storyMs);

  it('shows pictures by their link, and says so where one cannot be loaded', async () => {
    await bo.page.getByRole('button', { name: 'Send a picture or a video by its link' }).click();
    await bo.page.getByLabel('Link', { exact: true }).fill('http://example.invalid/plain.png');
    await bo.page.getByRole('button', { name: 'Send', exact: true }).last().click();
    await bo.page.getByText('Give a link that begins with https://').waitFor();
    await bo.page.getByLabel('Link', { exact: true }).fill('https://example.invalid/cat.png');
    await bo.page.getByRole('button', { name: 'Send', exact: true }).last().click();
    await ada.page.getByText('This picture could not be loaded.').waitFor();
  }, storyMs);

  it('keeps what is written through the death of the server: nothing is lost, doubled or out of order', async () => {
    const before = (await shown(ada.page)).length;
    await server.kill();
    for (let number = 1; number <= 4; number += 1) {
      await write(ada, `Ada, without a server ${number}`);
      await write(bo, `Bo, without a server ${number}`);
    }
    expect((await shown(ada.page)).slice(before)).toEqual([1, 2, 3, 4].map((number) => `pending:Ada, without a server ${number}`));
    await bo.page.getByLabel(/^Message to /).fill('a thought that is not finished');
    // What is queued survives a reload, and so does the draft; the page itself comes from the server again.
    await server.start();
    await Promise.all([bo.page.reload(), ada.page.getByRole('button', { name: 'Try now' }).click({ timeout: 3_000 }).catch(() => undefined)]);
    for (const { page } of [ada, bo]) {
      for (const name of ['Ada', 'Bo']) await stored(page, `${name}, without a server 4`).waitFor({ timeout: 45_000 });
      await page.locator('[data-pending]').first().waitFor({ state: 'detached' });
    }
    const [seen, seenOnPhone] = [await shown(ada.page), await shown(bo.page)];
    expect(seenOnPhone).toEqual(seen);
    expect(seen.map((row) => Number(row.split(':')[0]))).toEqual(seen.map((_, index) => index + 1));
    for (const name of ['Ada', 'Bo']) {
      expect(seen.flatMap((row) => row.match(new RegExp(`${name}, without a server \\d`)) ?? [])).toEqual([1, 2, 3, 4].map((number) => `${name}, without a server ${number}`));
    }
    expect(await bo.page.getByLabel(/^Message to /).inputValue()).toBe('a thought that is not finished');
    await bo.page.getByLabel(/^Message to /).fill('');
  }, storyMs);

  it('scrolls up through a long history without a jump, and back to the newest', async () => {
    for (let number = 1; number <= 70; number += 1) await write(ada, `Line ${number} of many`);
    await stored(ada.page, 'Line 70 of many').waitFor();
    // Opened anew it begins with the newest page.
    await bo.page.reload();
    await openChatWith(bo, 'Ada Lovelace');
    await stored(bo.page, 'Line 70 of many').waitFor();
    const log = bo.page.getByRole('log');
    expect(await bo.page.locator('[data-seq="1"]').count()).toBe(0);
    const near = await bo.page.locator('[role=log] [data-seq]').nth(3).getAttribute('data-seq');
    const row = bo.page.locator(`[data-seq="${near ?? ''}"]`);
    await row.evaluate((element) => { element.scrollIntoView(); });
    const at = (await row.boundingBox())?.y ?? 0;
    await bo.page.locator('[data-seq="1"]').waitFor({ state: 'attached' });
    expect(Math.abs(((await row.boundingBox())?.y ?? 0) - at)).toBeLessThan(2);
    await write(ada, 'A word from below');
    await bo.page.getByRole('button', { name: '1 new message' }).click();
    await stored(bo.page, 'A word from below').waitFor();
    const isAtEnd = () => log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 50);
    expect(await isAtEnd()).toBe(true);
    // What one writes oneself is shown wherever one has read.
    await log.evaluate((box) => { box.scrollTop = 0; });
    await bo.page.getByRole('button', { name: 'To the newest' }).waitFor();
    await write(bo, 'An answer from above');
    await stored(bo.page, 'An answer from above').waitFor();
    expect(await isAtEnd()).toBe(true);
  }, storyMs);

  it('begins a group, finds it, joins it, writes there, and removes a member', async () => {
    await goTo(ada.page, 'groups/new');
    await ada.page.getByLabel('Name').fill('Analytical Engine');
    await ada.page.getByLabel('About').fill('Cards, wheels and what they weave');
    await expectAccessible(ada.page);
    await ada.page.getByRole('button', { name: 'Create group' }).click();
    await ada.page.getByLabel('Message to Analytical Engine').waitFor();
    await goTo(bo.page, 'groups/find');
    await bo.page.getByLabel('Find groups').fill('engine');
    await bo.page.getByRole('button', { name: 'Join Analytical Engine' }).waitFor();
    await expectAccessible(bo.page);
    await bo.page.getByRole('button', { name: 'Join Analytical Engine' }).click();
    await bo.page.getByLabel('Message to Analytical Engine').waitFor();
    await write(bo, 'Good evening everybody');
    await stored(ada.page, 'Good evening everybody').waitFor();
    await write(ada, 'Welcome, Bo! The second card is punched already.');
    await stored(bo.page, 'Welcome, Bo!').waitFor();
    await write(bo, 'Then I bring the third one tomorrow.');
    await stored(ada.page, 'Then I bring').waitFor();
    for (const { page } of [ada, bo]) await expectAccessible(page);
    await take(ada, 'desktop');
    await take(bo, 'phone');
    await goTo(ada.page, `groups/${new URL(ada.page.url()).hash.split('/')[3] ?? ''}`);
    await ada.page.getByRole('button', { name: 'Remove Bo Nakamura' }).waitFor();
    await expectAccessible(ada.page);
    await ada.page.getByRole('button', { name: 'Remove Bo Nakamura' }).click();
    await ada.page.getByRole('button', { name: 'Remove', exact: true }).click();
    await bo.page.getByText('You are not in this group any more').waitFor();
  }, storyMs);

  it('blocks and unblocks; whoever may not write any more sees why', async () => {
    await openChatWith(ada, 'Bo Nakamura');
    await openChatWith(bo, 'Ada Lovelace');
    await ada.page.getByRole('button', { name: 'More about this chat' }).click();
    await ada.page.getByRole('menuitem', { name: 'Block' }).click();
    await ada.page.getByRole('button', { name: 'Block', exact: true }).click();
    await ada.page.getByText('You have blocked Bo Nakamura.').waitFor();
    await bo.page.getByText('You and Ada Lovelace are not friends now').waitFor();
    await ada.page.getByRole('dialog').waitFor({ state: 'detached' });
    for (const { page } of [ada, bo]) await expectAccessible(page);
    await goTo(ada.page, 'people/blocked');
    await ada.page.getByRole('main').getByRole('button', { name: 'Unblock Bo Nakamura' }).click();
    await ada.page.getByText('You block nobody').waitFor();
    await expectAccessible(ada.page);
    expect([ada.faults, bo.faults, server.loggedErrors()]).toEqual([[], [], []]);
  }, storyMs);
});
