import type { TwoFactorMethod } from '@chat-backend/contracts';
import type { ReplyTo, RequestTo, Call } from './calls/call-types';
import { createCall } from './calls/create-call';
import { createPost } from './calls/post';
import { ChatError } from './chat-error';
import type { ChatState } from './chat-events';
import type { Chat, ChatMessage } from './chats';
import { createEmitter, type Emitter } from './emitter';
import { defaultTiming, type ChatClientOptions } from './options';
import type { Cursor, StoredCursors } from './receiving/inbox';
import { newMessageId } from './sending/new-message-id';
import { refusedSend, type NewChatMessage, type Sent } from './sending/outbox';
import type { UnsentMessage } from './sending/unsent-messages';
import { keepSession, type Session } from './session/keep-session';
import { startChat, type RunningChat } from './start-chat';
import { storedValue, type StoredValue } from './storage';

/** Signed in; or a code is needed, from the mail or the authenticator app as `twoFactorMethod` says: give it to `verify` with this token. */
export type SignedIn = { isSignedIn: true; userId: string } | { isSignedIn: false; token: string; twoFactorMethod?: TwoFactorMethod };

export interface ChatClient {
  /** Calls the REST API: request and reply are typed by the contract. @throws ChatError */
  call: Call;
  register(account: RequestTo<'register'>): Promise<ReplyTo<'register'>['data']>;
  signIn(account: RequestTo<'login'>): Promise<SignedIn>;
  /** Confirms a code; with two-factor this is what signs in. */
  verify(given: { token: string; otp?: string }): Promise<{ isSignedIn: boolean }>;
  /** Ends the session, here and on the server, and forgets what is stored of this user. */
  signOut(): Promise<void>;
  /** Who is signed in, by the session that was given or stored. */
  signedInAs(): Promise<string | undefined>;

  /** Connects, and stays connected. Resolves when everything that was missed is here; fails when nobody is signed in any more. While it waits to reconnect: at once. */
  connect(): Promise<void>;
  /** Closes the connection; nothing is forgotten, and `connect` goes on. */
  disconnect(): void;
  state(): ChatState;
  /** While it waits to reconnect: when it will, in milliseconds since 1970. */
  reconnectsAt(): number | undefined;
  on: Emitter['on'];

  /** Queues a message and returns at once. Whoever uses a storage waits for `connect` or `signedInAs` first, so that what is still unsent goes first. */
  send(message: NewChatMessage): Sent;
  /** What is queued, in order. */
  unsent(): UnsentMessage[];
  /** A page of messages that were there before, oldest first. */
  history(chat: Chat, paging?: { beforeSeq?: number; limit?: number }): Promise<ChatMessage[]>;
  /** How far each chat was handed out. */
  cursors(): Cursor[];
  /** Stops everything and stores where it stands. */
  close(): Promise<void>;
}

/** A chat client: one for each signed-in user. */
export const createChatClient = (options: ChatClientOptions): ChatClient => {
  const { storage, storagePrefix = 'chat', begin = 'now', sendWindow = 1, maxUnsent = 1_000, transports = ['websocket', 'polling'] } = options;
  const url = options.url.replace(/\/+$/, '');
  const timing = { ...defaultTiming, ...options.timing };
  const { on, emit } = createEmitter();
  const valueOf = <Value>(key: string): StoredValue<Value> => storedValue<Value>(storage, `${storagePrefix}:${key}`, (fault) => { emit('fault', fault); });

  let state: ChatState = 'offline';
  let chat: Promise<RunningChat> | undefined;
  let running: RunningChat | undefined;
  let isClosed = false;
  let live: { promise: Promise<void>; resolve: () => void; reject: (error: ChatError) => void } | undefined;

  const setState = (next: ChatState): void => {
    if (state === next) return;
    state = next;
    if (next === 'live') {
      live?.resolve();
      live = undefined;
    }
    emit('state', next);
  };

  const stop = async (error: ChatError): Promise<void> => {
    const stopping = running;
    [chat, running] = [undefined, undefined];
    live?.reject(error);
    live = undefined;
    await stopping?.stop(error);
  };

  const post = createPost(url, timing.callTimeoutMs);
  const session = keepSession({
    post, stored: valueOf<Session>('session'), given: options.session,
    report(fault) { emit('fault', fault); },
    onEnded(why) {
      void stop(new ChatError('SESSION_ENDED', why.message));
      setState('ended');
      emit('sessionEnded', why);
    },
  });
  const call = createCall(post, session);

  const start = async (me: string): Promise<RunningChat> => {
    const started = await startChat({
      me, options: { url, begin, sendWindow, maxUnsent, transports }, timing, session, call, emit, onState: setState,
      storedCursors: valueOf<StoredCursors>(`${me}:cursors`), storedUnsent: valueOf<UnsentMessage[]>(`${me}:unsent`),
    });
    if (session.current()?.userId !== me || isClosed) throw new ChatError('SESSION_ENDED', 'The session ended meanwhile');
    running = started;
    return started;
  };

  const chatOfUser = async (): Promise<RunningChat> => {
    const me = (await session.restored())?.userId;
    if (isClosed) throw new ChatError('CLOSED', 'This client was closed');
    if (me === undefined) throw new ChatError('NO_SESSION', 'Nobody is signed in');
    chat ??= start(me);
    return chat;
  };

  const waitForLive = (): Promise<void> => {
    if (state === 'live') return Promise.resolve();
    if (live === undefined) {
      let [resolve, reject]: [() => void, (error: ChatError) => void] = [() => undefined, () => undefined];
      const promise = new Promise<void>((...settle) => { [resolve, reject] = settle; });
      // Whoever does not wait is told by the events.
      promise.catch(() => undefined);
      live = { promise, resolve, reject };
    }
    return live.promise;
  };

  const signInWith = async (tokens: Parameters<typeof session.begin>[0]): Promise<string> => {
    await session.end({ code: 'SESSION_ENDED', message: 'Somebody signed in anew' });
    const { userId } = await session.begin(tokens);
    setState('offline');
    await chatOfUser();
    return userId;
  };

  const connect = async (): Promise<void> => {
    const ready = await chatOfUser();
    const isLive = waitForLive();
    ready.connect();
    await isLive;
  };

  return {
    call, on,
    async register(account) { return (await call('register', account)).data; },
    async signIn(account) {
      const { data } = await call('login', account);
      // With two-factor there is no session yet, but a token that names the code to confirm.
      if (data.refreshToken !== undefined) return { isSignedIn: true, userId: await signInWith(data) };
      const { token, twoFactorMethod } = data;
      return { isSignedIn: false, token, ...(twoFactorMethod === undefined ? {} : { twoFactorMethod }) };
    },
    async verify({ token, otp }) {
      const { data } = await call('verify-user', otp === undefined ? {} : { otp }, { token });
      if (data.token === undefined || data.refreshToken === undefined) return { isSignedIn: false };
      await signInWith({ ...data, token: data.token });
      return { isSignedIn: true };
    },
    async signOut() {
      const ending = await chatOfUser();
      // Here it ends in any case: a server that is away hears of it no more, and its token expires.
      await call('logout', {}, { timeoutMs: 5_000 }).catch(() => undefined);
      const why = { code: 'SESSION_ENDED', message: 'Signed out' } as const;
      await session.end(why);
      await ending.stop(new ChatError(why.code, why.message));
      await ending.erase();
    },
    async signedInAs() {
      const userId = (await session.restored())?.userId;
      if (userId !== undefined) await chatOfUser();
      return userId;
    },
    connect() {
      const connecting = connect();
      connecting.catch(() => undefined);
      return connecting;
    },
    disconnect() { running?.disconnect(); },
    state: () => state,
    reconnectsAt: () => running?.reconnectsAt(),
    send: (message) => running?.send(message) ?? refusedSend(newMessageId(), new ChatError('NO_SESSION', 'Nobody is signed in')),
    unsent: () => running?.unsent() ?? [],
    async history(chatOfHistory, paging = {}) {
      const { data } = await call('get-messages', { chatId: chatOfHistory.chatId, chatType: chatOfHistory.chatType, ...paging });
      return data.map((message) => ({ ...message, chatId: chatOfHistory.chatId, chatType: chatOfHistory.chatType }));
    },
    cursors: () => running?.cursors() ?? [],
    async close() {
      isClosed = true;
      await stop(new ChatError('CLOSED', 'This client was closed'));
      setState('offline');
    },
  };
};
