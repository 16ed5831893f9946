import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../contract/product-process';

const compiler = join(repositoryRoot, 'node_modules/@typescript/native/bin/tsc');

/** What the compiler says of programs of an app that leaves nothing unchecked, the declarations of its packages included. '': nothing. */
export const typeErrorsIn = (app: string, files: readonly string[], moduleResolution: 'node16' | 'bundler'): string => {
  const config = join(app, `tsconfig.${moduleResolution}.json`);
  writeFileSync(config, JSON.stringify({
    compilerOptions: {
      strict: true, skipLibCheck: false, noEmit: true, exactOptionalPropertyTypes: true, target: 'es2022', lib: ['es2022', 'dom', 'dom.asynciterable'],
      moduleResolution, module: moduleResolution === 'node16' ? 'node16' : 'esnext',
      typeRoots: [join(repositoryRoot, 'node_modules/@types')], types: ['node'],
    },
    files,
  }));
  const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', config], { cwd: app, encoding: 'utf8' });
  return status === 0 ? '' : stdout;
};
