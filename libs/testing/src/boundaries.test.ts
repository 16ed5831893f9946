import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

/** Imports that the shape of the system forbids, and where each is planted. */
const planted = [
  { folder: 'services/group/src', code: "export { startAuth } from '@chat-backend/auth';", rule: '@nx/enforce-module-boundaries' },
  { folder: 'services/realtime/src', code: "export { newId } from '@chat-backend/database';", rule: '@nx/enforce-module-boundaries' },
  { folder: 'services/messaging/src', code: "export { Server } from 'socket.io';", rule: 'no-restricted-imports' },
  { folder: 'services/auth/src', code: "export { PrismaClient } from '@prisma/client';", rule: 'no-restricted-imports' },
  { folder: 'services/social-graph/src', code: "export { createChatClient } from '@chat-backend/client';", rule: '@nx/enforce-module-boundaries' },
  { folder: 'libs/client/src', code: "export { limits } from '@chat-backend/contracts';", rule: '@typescript-eslint/no-restricted-imports' },
  { folder: 'libs/client/src/receiving', code: "export { readFileSync } from 'node:fs';", rule: 'no-restricted-imports' },
  { folder: 'services/web/src/app', code: "export { limits } from '@chat-backend/contracts';", rule: '@typescript-eslint/no-restricted-imports' },
  { folder: 'services/web/src/account', code: "export { io } from 'socket.io-client';", rule: 'no-restricted-imports' },
  { folder: 'services/web/src', code: "export { createAuth } from '@chat-backend/auth';", rule: '@nx/enforce-module-boundaries' },
  { folder: 'services/web/src/people', code: "export const answer = fetch('/api/v1/login');", rule: 'no-restricted-globals' },
  { folder: 'libs/contracts/src', code: "export { pino } from 'pino';", rule: 'no-restricted-imports' },
];
const fileIn = (folder: string): string => join(root, folder, 'planted-by-a-test.ts');

describe('lint refuses an import that the shape of the system forbids', () => {
  let output = '';
  let status: number | null = 0;
  beforeAll(() => {
    for (const { folder, code } of planted) writeFileSync(fileIn(folder), `${code}\n`);
    const runTool = (name: string, args: readonly string[]) =>
      spawnSync(join(root, 'node_modules/.bin', name), args, { cwd: root, encoding: 'utf8', env: { ...process.env, NX_DAEMON: 'false', NO_COLOR: '1', FORCE_COLOR: '0' } });
    // Whatever it is asked, Nx leaves its project graph: without that the rule on boundaries passes everything.
    runTool('nx', ['show', 'projects']);
    const run = runTool('eslint', planted.map(({ folder }) => fileIn(folder)));
    output = run.stdout + run.stderr;
    status = run.status;
  }, 240_000);
  afterAll(() => { for (const { folder } of planted) rmSync(fileIn(folder), { force: true }); });

  it('and says so to whoever ran it', () => { expect(status).not.toBe(0); });

  it.each(planted)('in $folder: $code', ({ folder, rule }) => {
    const report = output.split(fileIn(folder))[1] ?? 'the planted file was not reported';
    expect(report.split('✖')[0]).toContain(rule);
  });
});
