// Runs the session of README.md, as it stands there, against a running product: node scripts/readme-session.mjs [http://localhost:2001]
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './start/root.mjs';

const documentedUrl = 'http://localhost:2001';
const marker = /<!-- session -->\s*```sh\n([\s\S]*?)```/;

const readSession = (url) => {
  const session = marker.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1];
  if (session === undefined) throw new Error('README.md has no ```sh block after <!-- session -->');
  return session.replaceAll(documentedUrl, url);
};

/** Runs the commands one after the other, stops at the first that fails, and hands on what they print. */
const runSession = (session) => new Promise((resolve, reject) => {
  const shell = spawn('bash', ['-eu', '-o', 'pipefail', '-c', session], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  shell.stdout.on('data', (text) => {
    printed += text.toString();
    process.stdout.write(text);
  });
  shell.once('error', reject);
  shell.once('close', (code) => { resolve({ code, printed }); });
});

const { code, printed } = await runSession(readSession(process.argv[2] ?? documentedUrl));
const successes = printed.match(/"success":\s*true/g)?.length ?? 0;
const failures = printed.match(/"success":\s*false/g)?.length ?? 0;
console.log(`\nThe session of README.md: exit code ${code}, ${successes} calls succeeded, ${failures} were refused.`);
process.exitCode = code === 0 && successes > 0 && failures === 0 ? 0 : 1;
