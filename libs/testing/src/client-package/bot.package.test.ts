import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createChatClient, type Chat, type ChatClient, type ChatMessage, type Cursor } from '@chat-backend/client';
import { repositoryRoot } from '../contract/product-process';
import type { Shape } from '../contract/shape';
import { startOneProcess } from '../contract/start-one-process';
import { installPackage, type InstalledPackage } from './install-package';
import { runProgram, type Program } from './run-program';

const source = readFileSync(join(repositoryRoot, 'examples/bot.mjs'), 'utf8');

describe('the bot of the examples', () => {
  let [installed, product]: [InstalledPackage | undefined, Shape | undefined] = [undefined, undefined];
  let human: ChatClient;
  let bot: Program | undefined;
  const heard: ChatMessage[] = [];
  const account = (): { email: string; password: string } => ({ email: `${randomUUID()}@example.com`, password: 'password123' });
  const botAccount = account();

  const signUp = async (url: string, given: { email: string; password: string }): Promise<ChatClient> => {
    const client = createChatClient({ url, timing: { reconnectBaseMs: 100 } });
    await client.verify(await client.register(given));
    await client.signIn(given);
    return client;
  };
  const startBot = async (): Promise<string> => {
    if (installed === undefined || product === undefined) throw new Error('nothing was started');
    const env = { CHAT_URL: product.url, BOT_EMAIL: botAccount.email, BOT_PASSWORD: botAccount.password };
    bot = runProgram(installed.write('bot.mjs', source), { folder: installed.app, env });
    await bot.prints(/^The bot is \S+$/m);
    return /^The bot is (\S+)$/m.exec(bot.output())?.[1] ?? '';
  };
  const until = (condition: () => boolean, what: string): Promise<void> => new Promise((resolve, reject) => {
    const late = setTimeout(() => { reject(new Error(`never happened: ${what}; heard ${heard.map(({ message }) => message).join()}; the bot said: ${bot?.output()}`)); }, 15_000);
    const look = (): void => {
      if (!condition()) return;
      clearTimeout(late);
      for (const stop of stops) stop();
      resolve();
    };
    const stops = [human.on('message', look), human.on('userEvent', look)];
    look();
  });
  /** Kills it, and takes back what it has stored of how far it has read: as if it had been killed before it stored that. */
  const crash = async (botId: string): Promise<void> => {
    const file = join(installed?.app ?? '', '.bot', encodeURIComponent(`chat:${botId}:cursors`));
    while (!existsSync(file)) await pause(20);
    bot?.child.kill('SIGKILL');
    await bot?.ended;
    const stored = JSON.parse(readFileSync(file, 'utf8')) as { number: number; cursors: Cursor[] };
    writeFileSync(file, JSON.stringify({ ...stored, cursors: stored.cursors.map((cursor) => ({ ...cursor, seq: 0 })) }));
  };
  const answersIn = (chatId: string): string[] => heard.filter((message) => message.chatId === chatId && message.from !== human.me()).map(({ message }) => message);

  beforeAll(async () => {
    installed = installPackage();
    product = await startOneProcess({ EXPOSE_OTP: 'true' });
    human = await signUp(product.url, account());
    await (await signUp(product.url, botAccount)).signOut();
    human.on('message', (message) => { heard.push(message); });
    await human.connect();
  }, 120_000);
  afterAll(async () => {
    bot?.child.kill('SIGKILL');
    await bot?.ended;
    await human.close();
    await product?.stop();
    if (installed !== undefined) rmSync(dirname(installed.app), { recursive: true, force: true });
  });

  it('has 40 lines at most', () => { expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(40); });

  it('makes friends, answers them and in groups, and when it was killed answers what came meanwhile, nothing twice', async () => {
    const botId = await startBot();
    const isFriend = new Promise<void>((resolve) => { human.on('userEvent', (event) => { if (event.kind === 'friendship' && event.state === 'friends') resolve(); }); });
    await human.call('sent-request', { to: botId });
    await isFriend;
    const say = (message: string, { chatId, chatType }: Chat) => human.send({ to: chatId, chatType, message }).stored;
    const friend: Chat = { chatId: botId, chatType: 'friend' };
    await say('Hello', friend);
    await say('constructor', friend);
    await until(() => answersIn(botId).length === 2, 'the echoes');
    const { data: { id: groupId } } = await human.call('create-group', { groupName: 'Bots' });
    const group: Chat = { chatId: groupId, chatType: 'group' };
    await say(`!join ${groupId}`, friend);
    await until(() => answersIn(botId).length === 3, 'that it joined');
    await say('nobody is called', group);
    await say('!help', group);
    await until(() => answersIn(groupId).length === 1, 'the help');

    await crash(botId);
    for (const text of ['one', 'two']) await say(text, friend);
    await say('!help', group);
    expect(await startBot()).toBe(botId);
    await until(() => answersIn(botId).length === 5 && answersIn(groupId).length === 2, 'what came meanwhile');
    await say('last', friend);
    await until(() => answersIn(botId).includes('You said: last'), 'the last echo');
    expect(answersIn(botId)).toEqual(['You said: Hello', 'You said: constructor', 'I have joined.', 'You said: one', 'You said: two', 'You said: last']);
    expect(answersIn(groupId)).toEqual(['!help !time !join', '!help !time !join']);
  });
});
