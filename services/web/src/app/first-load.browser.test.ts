import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openBrowser, startPageServer, type PageServer, type TestBrowser } from '@chat-backend/testing';
import { newAddress, signUp } from '../account/account.fixture';

const mostBytes = 200 * 1024;
const built = join(__dirname, '../../dist/web');

/** What a visitor loads before anything can be done, as a server or an ingress that compresses sends it. */
describe('the first load', () => {
  let server: PageServer;
  let browser: TestBrowser;
  beforeAll(async () => { [server, browser] = await Promise.all([startPageServer({ EXPOSE_OTP: 'true' }), openBrowser()]); });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

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
});
