import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testSecret } from '../test-constants';
import { createTestDatabase } from '../test-database';
import { standBefore } from './documents/stand-before';
import { startProductProcess, testSettings } from './product-process';
import type { Shape } from './shape';

interface ReadyMessage { type: 'ready'; port: number }

/** `node index.js` without Redis, on a database of its own. */
export const startOneProcess = async (env: NodeJS.ProcessEnv): Promise<Shape & { output(): string; child: ChildProcess }> => {
  const database = await createTestDatabase();
  let ready: (message: ReadyMessage) => void = () => undefined;
  const isReady = new Promise<ReadyMessage>((resolve) => { ready = resolve; });
  const product = startProductProcess(['index.js'], {
    ...testSettings,
    PORT: '0', DATABASE_URL: database.administratorUrl, SECRET_KEY: testSecret,
    DATA_DIR: mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'one-process-')),
    ...env,
  }, (message) => { ready(message as ReadyMessage); });
  const ended = new Promise<never>((_resolve, reject) => {
    product.child.once('exit', (code) => { reject(new Error(`node index.js ended with ${code}:\n${product.output()}`)); });
  });
  ended.catch(() => undefined);
  try {
    const { port } = await Promise.race([isReady, ended]);
    const guard = await standBefore('one process', `http://127.0.0.1:${port}`);
    const url = await guard.before(`http://127.0.0.1:${port}`);
    return {
      url, socketUrls: [url, url], secretKey: testSecret, query: database.query, output: product.output, child: product.child,
      async stop() {
        const code = await product.stop();
        await database.drop();
        await guard.close();
        expect({ code, loggedErrors: product.loggedErrors }).toEqual({ code: 0, loggedErrors: [] });
      },
    };
  } catch (error) {
    await product.stop();
    await database.drop();
    throw error;
  }
};
