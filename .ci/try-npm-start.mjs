// Does what a newcomer does in a fresh clone: npm start, the session of the README, Ctrl-C, npm start again. Prints the figures.
// Usage: node .ci/try-npm-start.mjs <who>, in the clone, as the account and with the environment that are to be tried.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const who = process.argv[2] ?? 'this account';
const startWithinMs = 15 * 60_000;
const stopWithinMs = 5_000;
const restMs = 5_000;
const seconds = (ms) => (ms / 1000).toFixed(1);

const npmStart = () => new Promise((resolve, reject) => {
  const begun = Date.now();
  // A group of its own, to be sent Ctrl-C as a terminal would.
  const child = spawn('npm', ['start'], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const late = setTimeout(() => { process.kill(-child.pid, 'SIGKILL'); reject(new Error('npm start was not ready in time')); }, startWithinMs);
  const exited = new Promise((done) => { child.once('exit', done); });
  let printed = '';
  child.stdout.on('data', (text) => {
    process.stdout.write(text);
    printed = (printed + text.toString()).slice(-10_000);
    const url = /ready: (http:\S+)/.exec(printed)?.[1];
    if (url === undefined) return;
    clearTimeout(late);
    resolve({ url, group: child.pid, exited, readyMs: Date.now() - begun });
  });
  void exited.then((code) => { clearTimeout(late); reject(new Error(`npm start ended with ${code} before it was ready`)); });
});

const readOrNothing = (path) => { try { return readFileSync(path, 'utf8'); } catch { return ''; } };
const processes = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
/** Of the process group, and of what left it: everything that was started below the folder. */
const belongsTo = (group) => (pid) => Number(readOrNothing(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[2]) === group
  || (pid !== process.pid && readOrNothing(`/proc/${pid}/cmdline`).includes(`${process.cwd()}/`));
const residentMb = (pid) => Math.round(Number(/VmRSS:\s+(\d+)/.exec(readOrNothing(`/proc/${pid}/status`))?.[1] ?? 0) / 1024);
const isProduct = (pid) => /node\0scripts\/start\.mjs/.test(readOrNothing(`/proc/${pid}/cmdline`));

const stopAndCheck = async ({ group, exited }) => {
  const begun = Date.now();
  process.kill(-group, 'SIGINT');
  const late = new AbortController();
  const inTime = await Promise.race([exited.then(() => true), wait(stopWithinMs, false, { signal: late.signal }).catch(() => false)]);
  late.abort();
  if (!inTime) throw new Error('Ctrl-C did not stop npm start within 5 s');
  const stoppedMs = Date.now() - begun;
  await wait(200);
  const orphans = processes().filter(belongsTo(group));
  if (orphans.length > 0) throw new Error(`Ctrl-C left processes behind: ${orphans.map((pid) => `${pid} ${readOrNothing(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`).join('; ')}`);
  return stoppedMs;
};

const first = await npmStart();
const session = spawnSync(process.execPath, ['scripts/readme-session.mjs', first.url], { stdio: 'inherit' });
if (session.status !== 0) { process.kill(-first.group, 'SIGKILL'); throw new Error('The session of README.md failed'); }
const page = await fetch(first.url);
const script = /src="\.\/(web\/[^"]+\.js)"/.exec(await page.text())?.[1];
const scriptStatus = script === undefined ? undefined : (await fetch(new URL(script, first.url))).status;
if (page.status !== 200 || scriptStatus !== 200) { process.kill(-first.group, 'SIGKILL'); throw new Error(`The page at / answers ${page.status}, its script ${scriptStatus}`); }
await wait(restMs);
const product = processes().filter(belongsTo(first.group)).find(isProduct);
const restingMb = product === undefined ? 'unknown' : residentMb(product);
const stoppedMs = await stopAndCheck(first);
const second = await npmStart();
await stopAndCheck(second);

console.log(`\nFIGURES as ${who}: fresh clone to ready ${seconds(first.readyMs)} s; second start ${seconds(second.readyMs)} s; Ctrl-C to end ${seconds(stoppedMs)} s; the Node process at rest ${restingMb} MB`);
process.exit(0);
