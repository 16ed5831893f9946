import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Patch } from './copy-product';

/** Where the file that arms a crash point lies, in the environment of every process of the copy. */
export const crashFolderVariable = 'FAULTS_CRASH_FOLDER';

/** Taken by the first process that comes by, which then ends as kill -9 ends it. */
const crashHere = (name: string): string =>
  `{ let isMine = true; try { require('node:fs').unlinkSync(require('node:path').join(process.env.${crashFolderVariable}, '${name}')); } catch { isMine = false; } if (isMine) { process.kill(process.pid, 'SIGKILL'); for (;;); } }`;

const store = 'services/messaging/dist/messages/store-entries.js';
const storing = 'const { rows } = await pool.query({ name: \'send-batch\'';
const stored = 'const stored = new Array(entries.length);';
const sweep = 'services/messaging/dist/messages/sweep-outbox.js';
const sweptOut = 'if (published.length > 0)';
const realtime = 'services/realtime/dist/realtime.js';
const published = 'return await pushHere(committed) && await handedOn;';
const line = 'services/realtime/dist/sending/send-line.js';
const pushed = 'pushed.add(outboxId);\n        nameSoon();';

/** The named moments at which a process dies, in the order of a message's way. */
export const crashPoints = {
  'before-commit': { service: 'messaging', file: store, find: storing, replace: `if (entries.length > 0) ${crashHere('before-commit')} ${storing}` },
  'after-commit': { service: 'messaging', file: store, find: stored, replace: `if (entries.length > 0) ${crashHere('after-commit')} ${stored}` },
  'after-publish': { service: 'realtime', file: realtime, find: published, replace: `${crashHere('after-publish')} ${published}` },
  'before-outbox-emptied': { service: 'realtime', file: line, find: pushed, replace: `${crashHere('before-outbox-emptied')} ${pushed}` },
  'after-sweep-published': { service: 'messaging', file: sweep, find: sweptOut, replace: `if (published.length > 0) ${crashHere('after-sweep-published')} ${sweptOut}` },
} as const satisfies Record<string, { service: string } & Omit<Patch, 'name'>>;
export type CrashPoint = keyof typeof crashPoints;
export const crashPointNames = Object.keys(crashPoints) as CrashPoint[];

export const crashPatches = (): Patch[] => crashPointNames.map((name) => {
  const { file, find, replace } = crashPoints[name];
  return { name, file, find, replace };
});

/** The crash points of a cluster that runs from a patched copy. */
export interface ArmedCrashes {
  arm(point: CrashPoint): void;
  /** Whether a process took it. */
  isTaken(point: CrashPoint): boolean;
  disarm(point: CrashPoint): void;
}

export const openCrashFolder = (folder: string): ArmedCrashes => {
  mkdirSync(folder, { recursive: true });
  const fileOf = (point: CrashPoint): string => join(folder, point);
  return {
    arm(point) { writeFileSync(fileOf(point), ''); },
    isTaken: (point) => !existsSync(fileOf(point)),
    disarm(point) { rmSync(fileOf(point), { force: true }); },
  };
};
