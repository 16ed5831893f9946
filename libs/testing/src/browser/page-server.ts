import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProductProcess, testSettings, type ProductProcess } from '../contract/product-process';
import { freePort } from '../free-port';
import { testSecret } from '../test-constants';
import { createTestDatabase, type TestDatabase } from '../test-database';

/** The product, for a browser: it may be killed and comes back at the same address with the same data. */
export interface PageServer {
  url: string;
  query: TestDatabase['query'];
  /** What it logged as an error, in all its lives. */
  loggedErrors(): string[];
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** After `kill`: starts it again. Resolves when it is ready. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it, and resolves when it is ready. */
const startReady = async (env: NodeJS.ProcessEnv): Promise<ProductProcess> => {
  let ready = (): void => undefined;
  const isReady = new Promise<void>((resolve) => { ready = resolve; });
  const product = startProductProcess(['index.js'], env, () => { ready(); });
  const ended = once(product.child, 'exit').then(() => { throw new Error(`node index.js ended:\n${product.output()}`); });
  ended.catch(() => undefined);
  await Promise.race([isReady, ended]);
  return product;
};

/** `node index.js`, as it is built, on a database of its own. @param env beside the tests' settings: `EXPOSE_OTP` for contract mode, `SMTP_URL` for mails */
export const startPageServer = async (env: NodeJS.ProcessEnv = {}): Promise<PageServer> => {
  const database = await createTestDatabase();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const settings = {
    ...testSettings, PORT: String(port), PUBLIC_URL: url, DATABASE_URL: database.administratorUrl, SECRET_KEY: testSecret,
    DATA_DIR: mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'page-server-')), ...env,
  };
  const lives: ProductProcess[] = [];
  const start = async (): Promise<void> => { lives.push(await startReady(settings)); };
  await start().catch(async (error: unknown) => {
    await database.drop();
    throw error;
  });
  return {
    url, query: database.query, start,
    loggedErrors: () => lives.flatMap(({ loggedErrors }) => loggedErrors),
    async kill() { await lives.at(-1)?.stop('SIGKILL'); },
    async stop() {
      await lives.at(-1)?.stop();
      await database.drop();
    },
  };
};
