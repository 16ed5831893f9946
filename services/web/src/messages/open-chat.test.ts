import type { ChatClient } from '@chat-backend/client';
import { friendChat, me, messageOf, scriptClient, settled, type ScriptedClient } from '../chats/chat-client.fixture';
import { createChats } from '../chats/create-chats';
import { memoryStorage } from '../store/text-storage';
import { openChat, type OpenChat } from './open-chat';

const run = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => messageOf(from + index));
const seqs = (chat: OpenChat): number[] => chat.get().messages.map(({ seq }) => seq);

/** A history of so many messages, paged as the server does. */
const serve = (scripted: ScriptedClient, length: number): void => {
  scripted.answers['get-messages'] = ({ beforeSeq = length + 1, limit = 50 }) => run(1, length).filter(({ seq }) => seq < Number(beforeSeq)).slice(-Number(limit));
};
const open = async (length: number): Promise<{ scripted: ScriptedClient; chat: OpenChat }> => {
  const scripted = scriptClient();
  serve(scripted, length);
  const chat = openChat(scripted.client, friendChat);
  await settled();
  return { scripted, chat };
};

describe('an open chat', () => {
  it('shows the newest page, and the pages above it once each', async () => {
    const { chat } = await open(120);
    expect([seqs(chat)[0], seqs(chat).length, chat.get().hasOlder]).toEqual([71, 50, true]);
    await Promise.all([chat.loadOlder(), chat.loadOlder()]);
    expect([seqs(chat)[0], seqs(chat).length]).toEqual([21, 100]);
    await chat.loadOlder();
    expect([seqs(chat), chat.get().hasOlder]).toEqual([run(1, 120).map(({ seq }) => seq), false]);
  });

  it('adds what comes, drops what is there, and keeps the later revision', async () => {
    const { scripted, chat } = await open(3);
    scripted.emit('message', messageOf(4));
    scripted.emit('message', messageOf(4));
    scripted.emit('messageChanged', messageOf(2, { message: 'edited', revision: 2 }));
    scripted.emit('messageChanged', messageOf(2, { message: 'before that', revision: 1 }));
    expect(seqs(chat)).toEqual([1, 2, 3, 4]);
    expect(chat.get().messages[1]?.message).toBe('edited');
  });

  it('holds what came while the first page was under way', async () => {
    const scripted = scriptClient();
    let answer: (page: unknown) => void = () => undefined;
    scripted.answers['get-messages'] = () => new Promise((resolve) => { answer = resolve; });
    const chat = openChat(scripted.client, friendChat);
    scripted.emit('message', messageOf(3));
    scripted.emit('messageChanged', messageOf(2, { message: 'edited', revision: 1 }));
    answer(run(1, 2));
    await settled();
    expect(chat.get().messages.map(({ seq, message }) => `${seq}:${message}`)).toEqual(['1:message 1', '2:edited', '3:message 3']);
  });

  it('asks for what is missing before it shows what jumps', async () => {
    const { scripted, chat } = await open(2);
    serve(scripted, 5);
    scripted.emit('message', messageOf(5));
    expect(seqs(chat)).toEqual([1, 2]);
    await settled();
    expect(seqs(chat)).toEqual([1, 2, 3, 4, 5]);
  });

  it('asks for what was written before the library knew where the chat stands', async () => {
    const { scripted, chat } = await open(2);
    serve(scripted, 4);
    scripted.cursors.push({ ...friendChat, seq: 4, revision: 0 });
    scripted.emit('state', 'live');
    await settled();
    expect(seqs(chat)).toEqual([1, 2, 3, 4]);
  });

  it('waits while a page is being read: what follows it fills the gap, and nothing is asked for twice', async () => {
    const { scripted, chat } = await open(2);
    const asked = scripted.calls.length;
    let answer: (page: unknown) => void = () => undefined;
    scripted.answers['get-messages'] = () => new Promise((resolve) => { answer = resolve; });
    scripted.emit('message', messageOf(5));
    // It fits what is here, and is shown with the page, as one change.
    scripted.emit('message', messageOf(3));
    scripted.emit('messageChanged', messageOf(2, { message: 'edited', revision: 1 }));
    expect(chat.get().messages.map(({ message }) => message)).toEqual(['message 1', 'message 2']);
    answer(run(1, 4));
    await settled();
    expect(chat.get().messages.map(({ message }) => message)).toEqual(['message 1', 'edited', 'message 3', 'message 4', 'message 5']);
    expect(scripted.calls.length - asked).toBe(1);
  });

  it('begins anew where the server went back, and an earlier page changes nothing then', async () => {
    const { scripted, chat } = await open(100);
    let answer: (page: unknown) => void = () => undefined;
    scripted.answers['get-messages'] = () => new Promise((resolve) => { answer = resolve; });
    const older = chat.loadOlder();
    const answerOlder = answer;
    serve(scripted, 3);
    scripted.emit('conversationReset', { ...friendChat, seq: 3 });
    await settled();
    answerOlder(run(1, 50));
    await older;
    expect(seqs(chat)).toEqual([1, 2, 3]);
  });

  it('of a group that I am not in any more keeps nothing, and is live again when I am in it again', async () => {
    const scripted = scriptClient();
    const group = { chatId: 'tea', chatType: 'group' } as const;
    const membership = (state: 'none' | 'member') => ({ kind: 'membership', state, number: 1, createdAt: '', group: { id: 'tea', groupName: 'Tea', about: null, profileImage: null } }) as const;
    scripted.answers['get-messages'] = () => run(1, 2).map((message) => ({ ...message, ...group }));
    const chat = createChats(scripted.client as ChatClient, me, memoryStorage()).open(group);
    await settled();
    scripted.emit('userEvent', membership('none'));
    scripted.emit('conversationGone', group);
    expect(chat.get()).toMatchObject({ loading: { status: 'loading' }, messages: [] });
    scripted.answers['get-messages'] = () => run(1, 3).map((message) => ({ ...message, ...group }));
    scripted.emit('userEvent', membership('member'));
    await settled();
    scripted.emit('message', messageOf(4, group));
    expect([chat.get().loading.status, seqs(chat)]).toEqual(['ready', [1, 2, 3, 4]]);
  });

  it('of a group that I was not in when it was opened is there as soon as I am', async () => {
    const scripted = scriptClient();
    const chat = openChat(scripted.client, { chatId: 'tea', chatType: 'group' });
    await settled();
    expect(chat.get().loading.status).toBe('failed');
    serve(scripted, 2);
    scripted.emit('userEvent', { kind: 'membership', state: 'member', number: 1, createdAt: '', group: { id: 'tea', groupName: 'Tea', about: null, profileImage: null } });
    await settled();
    expect([chat.get().loading.status, seqs(chat)]).toEqual(['ready', [1, 2]]);
  });

  it('says why it is not there, and tries again when the connection is back', async () => {
    const scripted = scriptClient();
    const chat = openChat(scripted.client, friendChat);
    await settled();
    expect(chat.get().loading.status).toBe('failed');
    serve(scripted, 2);
    scripted.emit('state', 'live');
    await settled();
    expect([chat.get().loading.status, seqs(chat)]).toEqual(['ready', [1, 2]]);
  });

  it('forgets the oldest beyond so many, and finds them again', async () => {
    const { chat } = await open(50);
    chat.keepNewest(10);
    expect([seqs(chat)[0], chat.get().hasOlder]).toEqual([41, true]);
    await chat.loadOlder();
    expect(seqs(chat)).toHaveLength(50);
  });
});
