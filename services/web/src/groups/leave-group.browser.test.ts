import { screens, type TestPage } from '@chat-backend/testing';
import type { Page } from 'playwright-core';
import { befriend, contractMode, enter, expectNoFaults, newPerson, password, press, startVisit, type Person, type Visit } from '../account/account.fixture';

const storyMs = 100_000;

/** Ada began the group, Bo and Cy are in it; Bo looks at it on a phone. */
describe('who goes, in a browser', () => {
  let visit: Visit;
  let ada: Person;
  let bo: Person;
  let cy: Person;
  let adas: TestPage;
  let bos: TestPage;
  let groupId: string;
  const open = async ({ page }: TestPage, place: string): Promise<Page> => {
    await page.goto(`${visit.server.url}/#/${place}`);
    return page;
  };
  const message = (page: Page, text: string) => page.locator('[role=log] [data-seq]', { hasText: text });
  const hasFocus = (page: Page, selector: string) => page.waitForFunction((expected) => document.activeElement?.matches(expected), selector);

  beforeAll(async () => {
    visit = await startVisit(contractMode);
    const { server: { url }, browser } = visit;
    [ada, bo, cy] = await Promise.all([newPerson(url, 'Ada'), newPerson(url, 'Bo'), newPerson(url, 'Cy')]);
    groupId = (await ada.client.call('create-group', { groupName: 'Tea at five' })).data.id;
    for (const { client } of [bo, cy]) await client.call('join-group', { groupId });
    await befriend(bo, cy);
    for (const { client, name } of [ada, bo, cy]) {
      await client.connect();
      await client.send({ to: groupId, chatType: 'group', message: `${name} is here` }).stored;
    }
    await cy.client.send({ to: bo.client.me(), chatType: 'friend', message: 'Between us' }).stored;
    [adas, bos] = await Promise.all([browser.newPage(), browser.newPage(screens.phone)]);
    // The first page of a busy machine takes its time.
    for (const { page } of [adas, bos]) page.setDefaultTimeout(30_000);
    await Promise.all([enter(adas.page, url, ada), enter(bos.page, url, bo)]);
  }, storyMs);
  afterAll(async () => {
    for (const { client } of [ada, bo, cy]) await client.close();
    await visit.end();
  });

  it('a group is left after a question, which Escape takes back; it passes to the next, who sees that at once', async () => {
    await open(bos, `groups/${groupId}`);
    await bos.page.getByText('3 members').waitFor();
    expect(await bos.page.getByRole('button', { name: 'Remove Cy' }).count()).toBe(0);
    const page = await open(adas, `groups/${groupId}`);
    await page.getByRole('button', { name: 'Remove Cy' }).waitFor();
    await page.getByRole('button', { name: 'Leave', exact: true }).press('Enter');
    await page.getByRole('dialog', { name: 'Leave Tea at five?' }).getByText('belongs to whoever has been in it longest').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.textContent === 'Leave');
    await page.keyboard.press('Enter');
    await press(page, 'Leave group');
    await page.getByText('You are in no group').waitFor();
    await hasFocus(page, 'main');
    await open(adas, `chats/group/${groupId}`);
    await page.getByText('You are not in this group any more').waitFor();
    await expectNoFaults(adas);

    await bos.page.getByText('2 members').waitFor();
    await bos.page.getByRole('button', { name: 'Remove Cy' }).waitFor();
    expect(await bos.page.getByRole('listitem').filter({ hasText: 'You' }).getByText('Owner').count()).toBe(1);
  });

  it('whoever has left is a former member to who did not know them, and has a name to who did', async () => {
    const page = await open(bos, `chats/group/${groupId}`);
    await message(page, 'Ada is here').getByText('Ada', { exact: true }).waitFor();
    await page.reload();
    await message(page, 'Ada is here').getByText('Former member').waitFor();
    await message(page, 'Cy is here').getByText('Cy', { exact: true }).waitFor();
  });

  it('whoever joins while the chat is open has a name as soon as they write', async () => {
    const dee = await newPerson(visit.server.url, 'Dee');
    await dee.client.call('join-group', { groupId });
    await dee.client.connect();
    await dee.client.send({ to: groupId, chatType: 'group', message: 'New here' }).stored;
    await message(bos.page, 'New here').getByText('Dee', { exact: true }).waitFor();
    await dee.client.close();
  });

  it('a member who is removed while they write sees which group it was, and goes on when they join again; who removes keeps the focus', async () => {
    const cys = await visit.browser.newPage();
    await enter(cys.page, visit.server.url, cy);
    await open(cys, `chats/group/${groupId}`);
    await cys.page.getByLabel('Message to Tea at five').fill('What I wanted to s');
    const page = await open(bos, `groups/${groupId}`);
    await page.getByRole('button', { name: 'Remove Cy' }).press('Enter');
    await press(page, 'Remove');
    await page.getByRole('button', { name: 'Remove Cy' }).waitFor({ state: 'detached' });
    await hasFocus(page, 'main');
    await cys.page.getByText('You are not in this group any more').waitFor();
    await cys.page.getByRole('heading', { name: 'Tea at five' }).waitFor();
    await expectNoFaults(cys);
    // The chat is still open when they join again elsewhere.
    await cy.client.call('join-group', { groupId });
    await message(cys.page, 'Bo is here').waitFor();
    await bo.client.send({ to: groupId, chatType: 'group', message: 'Good that you are back' }).stored;
    await message(cys.page, 'Good that you are back').waitFor();
    await expectNoFaults(cys);
    await cys.close();
  });

  it('an account that is deleted says so in what is left of it', async () => {
    await open(bos, `chats/friend/${cy.client.me()}`);
    await bos.page.getByLabel('Message to Cy').waitFor();
    await cy.client.call('delete-account', { password });
    const { page } = bos;
    await page.getByText('This account was deleted.').waitFor();
    await page.getByRole('heading', { name: 'Deleted account' }).waitFor();
    expect(await page.getByRole('button', { name: 'Add friend' }).count()).toBe(0);
    await message(page, 'Between us').getByText('Deleted account').waitFor({ state: 'attached' });
    await expectNoFaults(bos);
    await page.reload();
    await page.getByRole('heading', { name: 'Deleted account' }).waitFor();
    await open(bos, 'chats');
    await page.getByRole('list', { name: 'Chats' }).getByText('Deleted account').waitFor();
    await open(bos, `chats/group/${groupId}`);
    await message(page, 'Cy is here').getByText('Former member').waitFor();
  });

  it('the last to leave hears that the group closes', async () => {
    const page = await open(bos, `groups/${groupId}`);
    await page.getByRole('button', { name: 'Remove Dee' }).press('Enter');
    await press(page, 'Remove');
    await page.getByText('1 member', { exact: true }).waitFor();
    await press(page, 'Leave');
    await page.getByText('Nobody else is in it, so it closes for good.').waitFor();
    await press(page, 'Leave group');
    await page.getByText('You are in no group').waitFor();
    expect([adas.faults, bos.faults, visit.server.loggedErrors()]).toEqual([[], [], []]);
  });
});
