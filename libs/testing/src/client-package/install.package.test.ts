import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Answers, Requests } from '@chat-backend/client';
import type { AnswerOf, EndpointByName, EndpointName, RequestOf } from '@chat-backend/contracts';
import { repositoryRoot } from '../contract/product-process';
import type { Shape } from '../contract/shape';
import { startOneProcess } from '../contract/start-one-process';
import { typeErrorsIn } from './check-types';
import { installPackage, type InstalledPackage } from './install-package';
import { runProgram } from './run-program';

const readJson = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;

type Same<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;
/** The calls whose printed types are not those of the contracts. It is `npm run typecheck` that finds one: then this is not `never`, and `true` is refused. */
type Differing = { [N in EndpointName]: Same<[Requests[N], Answers[N]], [RequestOf<EndpointByName[N]>, AnswerOf<EndpointByName[N]>]> extends true ? never : N }[EndpointName];
const noneDiffers: [Differing] extends [never] ? true : Differing = true;

/** An account, a group, a message: what it says is where the message stands. */
const program = (url: string): string => `
const client = createChatClient({ url: '${url}' });
const run = async () => {
  const account = { email: \`\${crypto.randomUUID()}@example.com\`, password: 'password123' };
  const { token, otp } = await client.register(account);
  await client.verify({ token, otp });
  await client.signIn(account);
  await client.connect();
  const { data: { id } } = await client.call('create-group', { groupName: 'Chess' });
  const { seq } = await client.send({ to: id, chatType: 'group', message: 'Hello' }).stored;
  const wrong = await client.call('join-group', { groupId: 'x' }).catch((error) => error instanceof ChatError && error.code);
  await client.close();
  console.log(seq, wrong);
};
void run();
`;

describe('the package, packed and installed in an empty folder', () => {
  let installed: InstalledPackage;
  let product: Shape;
  beforeAll(async () => {
    installed = installPackage();
    product = await startOneProcess({ EXPOSE_OTP: 'true' });
  }, 120_000);
  afterAll(async () => {
    await product.stop();
    rmSync(dirname(installed.app), { recursive: true, force: true });
  });
  const code = (file: string): string => readFileSync(join(installed.folder, 'dist', file), 'utf8');
  const run = async (name: string, text: string): Promise<string> => {
    const { ended, output } = runProgram(installed.write(name, text), { folder: installed.app });
    expect({ code: await ended, output: output() }).toMatchObject({ code: 0 });
    return output();
  };

  it('has nothing to say of to publint', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(repositoryRoot, 'node_modules/publint/src/cli.js'), 'run', installed.folder, '--strict', '--pack', 'false'], { encoding: 'utf8' });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: expect.stringContaining('All good!') });
  });

  it('has the version of the product, a licence, and no files but those that are needed', () => {
    const manifest = readJson(join(installed.folder, 'package.json'));
    expect(manifest).toMatchObject({ version: readJson(join(repositoryRoot, 'package.json'))['version'], license: 'MIT', sideEffects: false, peerDependencies: { 'socket.io-client': expect.any(String) } });
    expect([manifest['private'], manifest['dependencies']]).toEqual([undefined, undefined]);
    expect(readFileSync(join(installed.folder, 'LICENSE'), 'utf8')).toBe(readFileSync(join(repositoryRoot, 'LICENSE'), 'utf8'));
    expect(readdirSync(installed.folder, { recursive: true }).toSorted()).toEqual([
      'LICENSE', 'README.md', 'dist', 'dist/index.cjs', 'dist/index.cjs.map', 'dist/index.d.cts', 'dist/index.d.mts', 'dist/index.mjs', 'dist/index.mjs.map', 'package.json',
    ]);
  });

  it('is 30 KB at most beside socket.io-client, as a page loads it', () => { expect(gzipSync(code('index.mjs')).length).toBeLessThanOrEqual(30 * 1024); });

  it('brings Socket.IO\'s client and nothing else, and nothing of Node', () => {
    const named = (file: string): string[] => [...code(file).matchAll(/\b(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)].map(([, name = '']) => name);
    expect([named('index.mjs'), named('index.cjs')]).toEqual([['socket.io-client'], ['socket.io-client']]);
    expect(builtinModules).not.toContain('socket.io-client');
    expect(code('index.mjs')).not.toMatch(/\bprocess\.|\bBuffer\b|\b__dirname\b/);
  });

  it('brings types that take nothing from elsewhere, and are those of the contracts', () => {
    expect(noneDiffers).toBe(true);
    for (const file of ['index.d.mts', 'index.d.cts']) expect(code(file)).not.toMatch(/\bimport\b|\bzod\b|@chat-backend/);
  });

  it('works with import', async () => {
    expect(await run('app.mjs', `import { ChatError, createChatClient } from '@chat-backend/client';\n${program(product.url)}`)).toBe('1 INVALID_REQUEST\n');
  });

  it('works with require', async () => {
    expect(await run('app.cjs', `const { ChatError, createChatClient } = require('@chat-backend/client');\n${program(product.url)}`)).toBe('1 INVALID_REQUEST\n');
  });

  const typed = `import { ChatError, createChatClient, openChat, type Conversation, type Person } from '@chat-backend/client';\n${program('http://localhost')}
export const friendsOf = async (): Promise<Person[]> => (await client.call('get-all-friends', { limit: 10 })).data;
export const unreadOf = async (): Promise<number> => {
  let unread = 0;
  for await (const chat of client.each('get-conversations')) unread += (chat satisfies Conversation).unread;
  return unread;
};
export const view = openChat(client, { chatId: 'x', chatType: 'friend' });
client.on('userEvent', (event) => { if (event.kind === 'friendship') console.log(event.user.user_name?.toUpperCase()); });
`;
  it.each([['node16', ['app.mts', 'app.cts']], ['bundler', ['app.mts', 'app.ts']]] as const)('has types for a program with moduleResolution %s, every declaration checked', (moduleResolution, files) => {
    for (const file of files) installed.write(file, typed);
    expect(typeErrorsIn(installed.app, files, moduleResolution)).toBe('');
  });

  it('has types that refuse what would fail, each line for its own reason', () => {
    const wrong = [
      ["void client.call('join-group', {});", 'groupId'],
      ["void client.call('get-messages', { chatId: 'x', chatType: 'nobody' });", 'nobody'],
      ["void client.call('no-such-call');", 'no-such-call'],
      ["void client.each('get-messages', {});", 'get-messages'],
      ["client.on('messages', () => undefined);", 'messages'],
      ["client.call('get-user-details').then(({ data }) => data.name);", "'name'"],
      ["client.call('login', { email: 'e', password: 'p' }).catch((error: ChatError) => error.code === 'NO_SUCH_CODE');", 'NO_SUCH_CODE'],
    ] as const;
    installed.write('wrong.mts', `${typed}${wrong.map(([line]) => line).join('\n')}\n`);
    const errors = typeErrorsIn(installed.app, ['wrong.mts'], 'node16').split('\n').filter((text) => text.includes('error TS'));
    expect(errors).toEqual(wrong.map(([, named]) => expect.stringContaining(named)));
  });
});
