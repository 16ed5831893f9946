// A bot. It answers its friends, and in groups whoever begins with "!". Killed and started again it answers what came meanwhile, and nothing twice.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createChatClient } from '@chat-backend/client';

const { CHAT_URL = 'http://localhost:2001', BOT_EMAIL = '', BOT_PASSWORD = '', BOT_FOLDER = '.bot' } = process.env;

// Its session, how far it has read, and what it has not sent yet: a file each.
const file = (key) => `${BOT_FOLDER}/${encodeURIComponent(key)}`;
const storage = {
  getItem: (key) => readFile(file(key), 'utf8').catch(() => null),
  setItem: (key, value) => writeFile(`${file(key)}.new`, value).then(() => rename(`${file(key)}.new`, file(key))),
  removeItem: (key) => rm(file(key), { force: true }),
};
await mkdir(BOT_FOLDER, { recursive: true, mode: 0o700 });
const bot = createChatClient({ url: CHAT_URL, storage });

const commands = new Map([
  ['!help', () => [...commands.keys()].join(' ')],
  ['!time', () => new Date().toISOString()],
  ['!join', (groupId) => bot.call('join-group', { groupId }).then(() => 'I have joined.', ({ message }) => message)],
]);

bot.on('message', async ({ chatId, chatType, id, from, message }) => {
  if (from === bot.me() || (chatType === 'group' && !message.startsWith('!'))) return;
  const [name = '', ...words] = message.split(' ');
  const answer = await (commands.get(name)?.(words.join(' ')) ?? `You said: ${message}`);
  // Named after the message that it answers: who answers it again, after a crash, sends the same once more, and it is stored once.
  bot.send({ to: chatId, chatType, message: answer.slice(0, 8192), clientMessageId: id });
});
const accept = (to) => bot.call('accept-request', { to }).catch(({ code }) => { console.warn(`${to}: ${code}`); });
bot.on('userEvent', (event) => { if (event.kind === 'friendship' && event.state === 'requestReceived') void accept(event.user.id); });
bot.on('sessionEnded', () => process.exit(1)); // Whoever starts it again has it sign in anew.

if (await bot.signedInAs() === undefined) await bot.signIn({ email: BOT_EMAIL, password: BOT_PASSWORD });
await bot.connect();
for await (const { id } of bot.each('get-all-received-requests')) await accept(id);
console.log(`The bot is ${bot.me()}`);
