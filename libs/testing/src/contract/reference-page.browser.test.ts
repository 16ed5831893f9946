import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { findAccessibilityFaults } from '../browser/accessibility';
import { openBrowser, type TestBrowser } from '../browser/open-browser';
import { newPerson, type TestPerson } from './people';
import type { Shape } from './shape';
import { startOneProcess } from './start-one-process';

/** Where pictures of the page are put, to be looked at; absent: nowhere. */
const pictures = process.env['SCREENSHOTS'];

describe('the reference in a browser', () => {
  let product: Shape;
  let browser: TestBrowser;
  let person: TestPerson;
  beforeAll(async () => {
    product = await startOneProcess({ EXPOSE_OTP: 'true' });
    browser = await openBrowser();
    person = await newPerson(product);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await product.stop();
  });

  let faults: readonly string[] = [];
  const open = async (options: BrowserContextOptions = {}): Promise<Page> => {
    const opened = await browser.newPage(options);
    ({ faults } = opened);
    await opened.page.goto(`${product.url}/docs`);
    return opened.page;
  };
  afterEach(() => { expect(faults).toEqual([]); });
  const events = ['sendMessage', 'sync'];
  const formOf = (page: Page, name: string) => page.locator(`form.try[data-kind="${events.includes(name) ? 'event' : 'call'}"][data-name="${name}"]`);
  const send = async (page: Page, name: string, body?: object): Promise<string> => {
    const form = formOf(page, name);
    if (body !== undefined) await form.locator('textarea').fill(JSON.stringify(body));
    const output = form.locator('output');
    await output.evaluate((element) => { element.textContent = ''; });
    await form.locator('button').click();
    await output.locator('span').waitFor();
    return await output.innerText();
  };
  const take = async (page: Page, name: string): Promise<void> => {
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${name}.png`) });
  };

  it('signs in, calls with the remembered token, connects, and shows what is acknowledged and pushed', async () => {
    const page = await open();
    expect(await page.locator('#token-state').innerText()).toContain('No token yet');
    expect(await send(page, 'get-user-details')).toMatch(/^401 TOKEN_MISSING in \d+ ms/);
    expect(await send(page, 'login', { email: person.email, password: person.password })).toMatch(/^200 OK in \d+ ms/);
    expect(await send(page, 'get-user-details')).toContain(person.email);
    await take(page, 'reference-call');
    await page.locator('#connect').click();
    await page.locator('#socket-state', { hasText: 'Connected.' }).waitFor();
    expect(await send(page, 'sync')).toMatch(/^acknowledged in \d+ ms[\s\S]*isComplete/);
    expect(await send(page, 'sendMessage')).toMatch(/^NOT_FRIENDS in \d+ ms/);
    await send(page, 'update-profile', { userName: 'Anna' });
    await page.locator('#socket-log li', { hasText: '"userName": "Anna"' }).waitFor();
    await page.locator('#socket').scrollIntoViewIfNeeded();
    await take(page, 'reference-socket');
    await page.reload();
    expect(await send(page, 'get-user-details')).toContain('Anna');
    await page.locator('#forget').click();
    expect(await send(page, 'get-user-details')).toMatch(/^401/);
  });

  it('says what is wrong with a body, and sends nothing', async () => {
    const page = await open();
    await formOf(page, 'login').locator('textarea').fill('{');
    await formOf(page, 'login').locator('button').click();
    expect(await formOf(page, 'login').locator('output').innerText()).toContain('This is not JSON');
  });

  it('finds calls, events, codes and fields, by keyboard', async () => {
    const page = await open();
    await page.keyboard.press('/');
    const found = async (words: string): Promise<string[]> => {
      await page.locator('#search').fill(words);
      return page.locator('[data-entry]:visible').evaluateAll((entries) => entries.map((entry) => entry.id || entry.querySelector('h3')?.id || ''));
    };
    await page.keyboard.type('x');
    expect(await page.locator('#search').inputValue()).toBe('x');
    expect(await found('clientMessageId newMessage')).toContain('event-newMessage');
    expect(await found('IDEMPOTENCY_CONFLICT')).toEqual(expect.arrayContaining(['event-sendMessage', 'code-IDEMPOTENCY_CONFLICT']));
    expect(await found('begin-two-factor')).toEqual(['begin-two-factor']);
    await take(page, 'reference-search');
    expect(await found('no such word anywhere')).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.locator('[data-entry]:visible').count()).toBeGreaterThan(100);
  });

  it.each<[string, BrowserContextOptions]>([
    ['light', { colorScheme: 'light' }], ['dark', { colorScheme: 'dark' }], ['phone', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }],
  ])('is readable and has no serious fault of accessibility: %s', async (name, options) => {
    const page = await open(options);
    await take(page, `reference-${name}`);
    await page.locator('#login').scrollIntoViewIfNeeded();
    await take(page, `reference-${name}-login`);
    expect(await findAccessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  it('can be read without JavaScript', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator('section:visible').count()).toBeGreaterThan(50);
    expect(await page.locator('form:visible').count()).toBe(0);
  });
});
