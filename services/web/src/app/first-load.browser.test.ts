import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { PageServer, TestBrowser } from '@chat-backend/testing';
import { contractMode, isLive, newAddress, openPage, signUp, startVisit, type Visit } from '../account/account.fixture';

const mostBytes = 200 * 1024;
const built = join(__dirname, '../../dist/web');

/** What a visitor loads before anything can be done, as a server or an ingress that compresses sends it. */
describe('the first load', () => {
  let visit: Visit;
  let server: PageServer;
  let browser: TestBrowser;
  beforeAll(async () => {
    visit = await startVisit(contractMode);
    ({ server, browser } = visit);
  });
  afterAll(() => visit.end());

  it('takes no more than 200 KB of script, whoever comes', async () => {
    const { page, close } = await browser.newPage();
    let scripts = new Set<string>();
    page.on('response', (response) => { if (response.url().endsWith('.js')) scripts.add(basename(response.url())); });
    const bytes = () => [...scripts].reduce((sum, name) => sum + gzipSync(readFileSync(join(built, name))).length, 0);
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    const signedOut = bytes();
    await signUp(page, server.url, newAddress());
    scripts = new Set();
    await page.reload();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    await page.waitForLoadState('networkidle');
    const signedIn = bytes();
    process.stdout.write(`FIGURES first load of the web client: ${Math.ceil(signedOut / 1024)} KB of script gzipped signed out, ${Math.ceil(signedIn / 1024)} KB signed in\n`);
    expect(signedOut).toBeGreaterThan(0);
    expect(signedIn).toBeGreaterThan(0);
    expect(Math.max(signedOut, signedIn)).toBeLessThanOrEqual(mostBytes);
    await close();
  });

  it('is not all: a part that could not be had says so, and comes when it is asked for again', async () => {
    const { page, close } = await browser.newPage();
    await signUp(page, server.url, newAddress());
    // It also comes by itself when the connection has come up: that is over by then, and the button is what helps.
    await isLive(page);
    await page.route(/\/data-page-[^/]*\.js$/, (route) => route.abort());
    await openPage(page, server.url, 'account/data', 'Your data');
    await page.getByText('This part of the page could not be loaded.').waitFor();
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Try again' }).press('Enter');
    await page.getByRole('button', { name: 'Export my data' }).waitFor();
    // The button is gone, and the focus is not lost with it.
    await page.waitForFunction(() => document.activeElement?.matches('main'));
    await close();
  });

  it('is followed by what is behind the first screen, so that going there needs no server', async () => {
    const { page, close } = await browser.newPage();
    await signUp(page, server.url, newAddress());
    const asked = page.waitForResponse(/\/account-pane-[^/]*\.js$/);
    await page.reload();
    await asked;
    await page.waitForLoadState('networkidle');
    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Groups' }).click();
    await page.getByRole('link', { name: 'New group' }).waitFor();
    await close();
  });
});
