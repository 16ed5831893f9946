import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port';
import { describeRotation, type RotatingProduct } from './describe-rotation';
import { standBefore } from './documents/stand-before';
import { startProductProcess, testSettings, type ProductProcess } from './product-process';

/** On a Postgres of its own, too: the passwords of its roles follow from the key. */
const startRotating = async (env: NodeJS.ProcessEnv): Promise<RotatingProduct> => {
  const settings = { ...testSettings, ...env, PORT: String(await freePort()), DATA_DIR: mkdtempSync(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'rotation-')) };
  let product: ProductProcess;
  const start = async (more: NodeJS.ProcessEnv): Promise<void> => {
    let isReady: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => { isReady = resolve; });
    product = startProductProcess(['index.js'], { ...settings, ...more }, () => { isReady(); });
    const ended = new Promise<never>((_resolve, reject) => {
      product.child.once('exit', (code) => { reject(new Error(`node index.js ended with ${code}:\n${product.output()}`)); });
    });
    ended.catch(() => undefined);
    await Promise.race([ready, ended]);
  };
  const stop = async (): Promise<void> => {
    const code = await product.stop();
    expect({ code, loggedErrors: product.loggedErrors }).toEqual({ code: 0, loggedErrors: [] });
  };
  await start({});
  const productUrl = `http://127.0.0.1:${settings.PORT}`;
  const guard = await standBefore('one process whose keys rotate', productUrl);
  return {
    url: await guard.before(productUrl),
    async stop() {
      await stop();
      await guard.close();
    },
    async rotate(keys) {
      await stop();
      await start({ ...keys });
    },
  };
};

describeRotation('one process', startRotating);
