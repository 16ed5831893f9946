import type { BrowserContextOptions, Page } from 'playwright-core';
import { findBrowser } from './find-browser';

/** A screen, and what it is looked at by. */
export const screens = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
} as const satisfies Record<string, BrowserContextOptions>;

export interface TestPage {
  page: Page;
  /** What the page itself did wrong, or its policy forbade it: nothing that a person does may cause one. Answers that refuse are no faults. */
  faults: readonly string[];
  close(): Promise<void>;
}

export interface TestBrowser {
  /** A window of a profile of its own: its own storage, its own session. */
  newPage(options?: BrowserContextOptions): Promise<TestPage>;
  close(): Promise<void>;
}

const waitMs = 15_000;
/** Chromium tells by itself of each answer that is none of 2xx, and of each connection that breaks. */
const isAnswer = (text: string): boolean => /^Failed to load resource|^WebSocket connection to/.test(text);

/** A real Chromium without a window. */
export const openBrowser = async (): Promise<TestBrowser> => {
  // Only where a browser is opened: every other test that imports this library would wait for it.
  const { chromium } = await import('playwright-core');
  const { executablePath, env } = await findBrowser();
  const variables = Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  const browser = await chromium.launch({ executablePath, env: variables, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
  return {
    async newPage(options = screens.desktop) {
      const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce', ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(waitMs);
      const faults: string[] = [];
      page.on('pageerror', (error) => { faults.push(String(error)); });
      page.on('console', (message) => { if (message.type() === 'error' && !isAnswer(message.text())) faults.push(message.text()); });
      return { page, faults, close: () => context.close() };
    },
    close: () => browser.close(),
  };
};
