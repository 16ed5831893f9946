import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { callApi } from '../clients/call-api';
import { startCluster, type Cluster } from '../cluster/start-cluster';
import { backWithinMs } from '../faults/fault';
import { inventPeople, storePeople } from '../load/people';
import type { Options } from '../options';
import type { Endings } from '../run/endings';
import { makeDataFolder } from '../run/data-folder';
import { createProgress } from '../run/progress';
import { runFolder } from '../run/run-faults';
import { catchMails, type HeldAt, type MailCatcher } from './catch-mails';
import { judgeMails } from './judge-mails';

const secretKey = 'the secret key of the fault tests, for tokens without sign-in';
const comesWithinMs = 60_000;
/** A worker that was killed has its jobs locked for 30 s, and they are looked for every 30 s. */
const sentWithinMs = 180_000;
const settledAfterMs = 50;
const told = 10;

/** @throws Error when it does not come true in time */
const until = async (what: string, withinMs: number, isSo: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + withinMs; !await isSo(); await pause(50)) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${withinMs / 1000} s`);
  }
};

const countMails = async ({ query }: Cluster, condition: string): Promise<number> => {
  const [row] = await query<{ count: string }>(`select count(*) from mails where ${condition}`);
  return Number(row?.count);
};

/**
 * Ends the worker where it stands, unless it is sending a mail for the second time: a mail is sent at most twice, and one whose both deliveries were cut off
 * may be missing, as is said. It is stopped before that is looked at, so that it cannot begin with one meanwhile.
 * @returns whether it was ended
 */
const killUnlessSecondDelivery = async (cluster: Cluster, pid: number): Promise<boolean> => {
  process.kill(pid, 'SIGSTOP');
  // What it has asked of Postgres is done then.
  await pause(settledAfterMs);
  const isSecond = await countMails(cluster, `status = 'waiting' and deliveries_begun > 1`) > 0;
  process.kill(pid, isSecond ? 'SIGCONT' : 'SIGKILL');
  return !isSecond;
};

/** Has a mail sent, and kills the worker while that is under way. */
const killInTheMiddle = async (cluster: Cluster, catcher: MailCatcher, address: string, at: HeldAt): Promise<void> => {
  const held = catcher.hold(address, at);
  await callApi(cluster.url, 'forgot-password', '', { email: address });
  const late = new AbortController();
  await Promise.race([held, pause(comesWithinMs, undefined, { signal: late.signal }).then(() => { throw new Error(`the mail to ${address} did not come`); })]);
  late.abort();
  const worker = cluster.processes().find(({ service }) => service === 'auth');
  if (worker === undefined) throw new Error('auth does not run');
  await until('second deliveries to end', comesWithinMs, () => killUnlessSecondDelivery(cluster, worker.pid));
  await cluster.isBack(worker, backWithinMs);
};

/** `npm run test:faults -- --mails`: the mail worker killed in the middle of SMTP, again and again. @returns whether it passed */
export const runMails = async (product: string, { seed, kills }: Options, endings: Endings): Promise<boolean> => {
  const folder = runFolder(product, 'mails');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const progress = createProgress();
  const dataDir = makeDataFolder(folder, endings);
  const catcher = await catchMails();
  endings.add(() => catcher.close());
  progress.say('starting the cluster, in strict mode');
  const cluster = await startCluster({ product, dataDir, counts: {}, env: { SECRET_KEY: secretKey, EXPOSE_OTP: 'false', SMTP_URL: catcher.url }, onProcess: () => undefined });
  endings.add(() => cluster.stop());
  const people = inventPeople({ users: Math.max(8, kills), groups: 1, groupSize: 2 }, secretKey);
  await storePeople(cluster, people);
  const addresses = people.people.slice(0, kills).map(({ id }) => `${id}@example.com`);

  for (const [index, address] of addresses.entries()) {
    await killInTheMiddle(cluster, catcher, address, index % 2 === 0 ? 'content' : 'recipient');
    if ((index + 1) % told === 0) progress.say(`${index + 1} of ${kills} kills`);
  }
  progress.say('waiting for every mail to be sent');
  await until('every mail to be sent', sentWithinMs, async () => await countMails(cluster, `status = 'waiting'`) === 0);

  const notSent = await countMails(cluster, `status <> 'sent'`);
  const { missing, doubled, tooMany, otherCode } = judgeMails(addresses, catcher.caught);
  const passed = missing.length === 0 && doubled <= kills && tooMany.length === 0 && otherCode.length === 0 && notSent === 0;
  const lines = [
    `npm run test:faults -- --mails --kills ${kills}   seed ${seed}`,
    `${addresses.length} mails, ${kills} kills of the worker in the middle of SMTP (half when the recipient was named, half when the content was there)`,
    `${catcher.caught.length} arrived: ${missing.length} missing, ${doubled} doubled (at most ${kills}), ${tooMany.length} more than twice, ${otherCode.length} with another code; ${notSent} given up`,
    ...missing.map((address) => `  missing: ${address}`),
    passed ? 'PASSED' : 'FAILED',
  ];
  writeFileSync(join(folder, 'report.txt'), `${lines.join('\n')}\n`);
  process.stdout.write(`${lines.join('\n')}\n`);
  return passed;
};
