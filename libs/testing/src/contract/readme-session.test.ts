import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { repositoryRoot } from './product-process';
import { startOneProcess } from './start-one-process';

it('the session of the README works as it stands there', async () => {
  const product = await startOneProcess({ EXPOSE_OTP: 'true' });
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['scripts/readme-session.mjs', product.url], { cwd: repositoryRoot });
    expect(stdout).toMatch(/exit code 0, \d+ calls succeeded, 0 were refused/);
  } finally {
    await product.stop();
  }
}, 60_000);
