import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { transformSync } from '@swc/core';

const sources = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(file));
const minified = sources.map((file) => transformSync(readFileSync(join(__dirname, file), 'utf8'), {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2022', minify: { compress: true, mangle: true } }, minify: true, module: { type: 'es6' },
}).code);

describe('a package that browsers load', () => {
  it('brings Socket.IO\'s client and nothing else', () => {
    const imported = minified.flatMap((code) => [...code.matchAll(/(?:from|import)\s?\(?"([^"]+)"/g)].map(([, name = '']) => name));
    expect(imported.length).toBeGreaterThan(20);
    expect([...new Set(imported.filter((name) => !name.startsWith('.')))]).toEqual(['socket.io-client']);
  });

  it('is small', () => {
    expect(gzipSync(minified.join('\n')).length).toBeLessThan(15_000);
  });
});
