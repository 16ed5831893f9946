import type { Chat, ChatClient, ChatMessage } from '@chat-backend/client';
import { keyOf } from '../chats/chat-key';
import { createStore, type Loading, type Readable } from '../store/create-store';
import { connects, lastSeqOf, mergeRuns, takeMessages, type Run } from './merge-messages';

export interface Opened {
  loading: Loading;
  /** Without a gap, up to the newest. */
  messages: Run;
  hasOlder: boolean;
  older: 'idle' | 'loading' | 'failed';
}

/** The messages of one chat, from the newest page upwards; live. */
export interface OpenChat extends Readable<Opened> {
  readonly chat: Chat;
  /** Reads the newest again, after it failed. */
  load(): Promise<void>;
  /** Reads the page above. */
  loadOlder(): Promise<void>;
  /** Forgets the oldest of what is here beyond so many: they come again by scrolling up. */
  keepNewest(count: number): void;
  /** @throws ChatError */
  edit(seq: number, text: string): Promise<void>;
  /** @throws ChatError */
  takeBack(seq: number): Promise<void>;
  close(): void;
}

const pageSize = 50;
/** To close a gap. Behind a wider one the newest page is begun with, and the rest comes by scrolling up. */
const mostPagesOfGap = 10;

const hasAbove = (run: Run): boolean => (run[0]?.seq ?? 1) > 1;

export const openChat = ({ call, on, history, cursors }: Pick<ChatClient, 'call' | 'on' | 'history' | 'cursors'>, chat: Chat): OpenChat => {
  const store = createStore<Opened>({ loading: { status: 'loading' }, messages: [], hasOlder: false, older: 'idle' });
  const isMine = (other: Chat): boolean => keyOf(other) === keyOf(chat);
  /** What came while a page was under way, or beyond a gap. */
  let held: ChatMessage[] = [];
  let reading: Promise<void> | undefined;
  /** Counts beginnings: a page of an earlier one is of a history that is not true any more. */
  let turn = 0;

  const here = (): Run => store.get().messages;
  const show = (messages: Run, more: Partial<Opened> = {}): void => { store.change((before) => ({ ...before, messages, hasOlder: hasAbove(messages), ...more })); };

  const settle = (): void => {
    const { run, left } = takeMessages(here(), held);
    held = left;
    if (run.length !== here().length || run.some((message, index) => message !== here()[index])) show(run);
  };

  /** The newest, and the pages above it down to what is here. */
  const readNewest = async (): Promise<Run> => {
    let run: Run = await history(chat, { limit: pageSize });
    for (let pages = 1; pages < mostPagesOfGap && !connects(here(), run); pages += 1) {
      const above = await history(chat, { limit: pageSize, ...(run[0] === undefined ? {} : { beforeSeq: run[0].seq }) });
      if (above.length === 0) break;
      run = mergeRuns(run, above);
    }
    return run;
  };

  const read = async (mine: number): Promise<void> => {
    try {
      const newest = await readNewest();
      if (mine !== turn) return;
      show(connects(here(), newest) ? mergeRuns(here(), newest) : newest, { loading: { status: 'ready' } });
      settle();
    } catch (error) {
      if (mine === turn) store.change((before) => (before.loading.status === 'ready' ? before : { ...before, loading: { status: 'failed', error } }));
    }
  };

  const load = (): Promise<void> => {
    store.change((before) => (before.loading.status === 'failed' ? { ...before, loading: { status: 'loading' } } : before));
    const mine = turn;
    reading ??= read(mine).finally(() => { if (mine === turn) reading = undefined; });
    return reading;
  };

  const take = (message: ChatMessage): void => {
    held.push(message);
    if (reading !== undefined || store.get().loading.status !== 'ready') return;
    settle();
    if (held.length > 0) void load();
  };

  const forget = (): void => {
    turn += 1;
    [held, reading] = [[], undefined];
    store.change(() => ({ loading: { status: 'loading' }, messages: [], hasOlder: false, older: 'idle' }));
  };

  const beginAnew = (): void => {
    forget();
    void load();
  };

  /** I am in this group now: where I was not, there is something to read. */
  const comeIn = (): void => { if (store.get().loading.status !== 'ready') void load(); };

  /** Everything is here: also what was written between the first page and the library's first cursor? */
  const checkEnd = (): void => {
    const end = cursors().find(isMine)?.seq ?? 0;
    if (store.get().loading.status === 'failed' || end > lastSeqOf(here())) void load();
  };

  const loadOlder = async (): Promise<void> => {
    const { older, hasOlder, messages } = store.get();
    const [mine, beforeSeq] = [turn, messages[0]?.seq];
    if (older === 'loading' || !hasOlder || beforeSeq === undefined) return;
    store.change((before) => ({ ...before, older: 'loading' }));
    try {
      const page = await history(chat, { limit: pageSize, beforeSeq });
      if (mine !== turn) return;
      const run = connects(here(), page) ? mergeRuns(here(), page) : here();
      show(run, { older: 'idle', hasOlder: page.length > 0 && hasAbove(run) });
    } catch {
      if (mine === turn) store.change((before) => ({ ...before, older: 'failed' }));
    }
  };

  const stops = [
    on('message', (message) => { if (isMine(message)) take(message); }),
    on('messageChanged', (message) => { if (isMine(message)) take(message); }),
    on('conversationReset', (reset) => { if (isMine(reset)) beginAnew(); }),
    // Who leaves a group loses its history, and finds it again by coming back.
    on('conversationGone', (gone) => { if (isMine(gone)) forget(); }),
    on('userEvent', (event) => { if (event.kind === 'membership' && event.state !== 'none' && isMine({ chatId: event.group.id, chatType: 'group' })) comeIn(); }),
    on('state', (state) => { if (state === 'live') checkEnd(); }),
  ];
  void load();

  const { chatId, chatType } = chat;
  return {
    chat, get: store.get, subscribe: store.subscribe, load, loadOlder,
    keepNewest(count) { if (here().length > count && store.get().older === 'idle') show(here().slice(-count)); },
    async edit(seq, text) { take({ ...(await call('edit-message', { chatId, chatType, seq, message: text })).data, chatId, chatType }); },
    async takeBack(seq) { take({ ...(await call('delete-message', { chatId, chatType, seq })).data, chatId, chatType }); },
    close() { for (const stop of stops) stop(); },
  };
};
