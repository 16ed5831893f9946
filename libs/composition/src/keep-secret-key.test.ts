import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { keepSecretKey } from './keep-secret-key';

describe('a secret key that nobody gave', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'chat-backend-key-')); });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('is made once, long enough, for its owner alone', () => {
    const dataDir = join(folder, 'not/there');
    const key = keepSecretKey(dataDir);
    expect(Buffer.byteLength(key)).toBeGreaterThanOrEqual(32);
    expect(keepSecretKey(dataDir)).toBe(key);
    expect(statSync(join(dataDir, 'secret-key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dataDir)).toEqual(['secret-key']);
  });

  it('is the same for processes that start at once', async () => {
    const module = join(__dirname, '../dist/keep-secret-key.js');
    const program = `console.log(require(${JSON.stringify(module)}).keepSecretKey(${JSON.stringify(folder)}))`;
    const keys = await Promise.all(Array.from({ length: 6 }, async () => (await promisify(execFile)(process.execPath, ['-e', program])).stdout));
    expect(new Set(keys).size).toBe(1);
  });
});
