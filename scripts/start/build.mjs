import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StepFailure } from './failure.mjs';
import { fingerprint, isRemembered, remember } from './fingerprint.mjs';
import { step } from './progress.mjs';
import { root } from './root.mjs';
import { lastLines, runTool } from './run-tool.mjs';

const schema = () => fingerprint('prisma/schema.prisma', 'package-lock.json');
const sources = () => fingerprint('libs', 'services', 'prisma/schema.prisma', 'tsconfig.base.json', 'package-lock.json', 'scripts/compile.mjs', 'nx.json');

const projects = () => ['libs', 'services'].flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
  .filter((project) => existsSync(join(root, project, 'package.json')));
const builtAt = (project) => {
  const dist = join(root, project, 'dist');
  return existsSync(dist) ? statSync(dist).mtimeMs : 'never';
};
/** Which build lies here, by time: somebody may have built other sources in between. */
const products = () => projects().map((project) => `${project} ${builtAt(project)}`).join('\n');
const stateOf = (print) => `${print}\n${products()}`;

/** Fails in words for a person, with the last of what the tool said. */
const failed = (what, output) => new StepFailure(
  /ENOSPC|no space left/i.test(output) ? 'The disk is full. Free some space and run npm start again.' : `${what} failed:\n${lastLines(output, 40)}`);

/** Generates the Prisma client if the schema changed. */
export const generate = async () => {
  const print = schema();
  if (isRemembered('generate', print) && existsSync(join(root, 'libs/database/src/generated/client.ts'))) return;
  await step('Generating the database client', async () => {
    const { succeeded, output } = await runTool(process.execPath, [join(root, 'scripts/generate-prisma-client.mjs')]);
    if (!succeeded) throw failed('Generating the database client', output);
    remember('generate', print);
  });
};

/** Builds what changed. Nx knows that best, but takes a second to say so: when no source changed at all, it is not asked. */
export const build = async () => {
  const print = sources();
  if (isRemembered('build', stateOf(print)) && !products().includes('never')) return;
  await step('Building', async (tell) => {
    const { succeeded, output } = await runTool(process.execPath, [join(root, 'node_modules/nx/dist/bin/nx.js'), 'run-many', '-t', 'build', '--outputStyle=stream'], {
      env: { NX_DAEMON: 'false', NX_TUI: 'false', CI: 'true' }, onLine: tell,
    });
    if (!succeeded) throw failed('The build', output);
    remember('build', stateOf(print));
  });
};
