import { ChatError, type ChatClient, type ChatEvents, type ChatMessage, type UnsentMessage } from '@chat-backend/client';

type Answers = Record<string, (request: Record<string, unknown>) => unknown>;
type Handlers = { [N in keyof ChatEvents]?: Set<(event: ChatEvents[N]) => void> };

export interface ScriptedClient {
  client: Pick<ChatClient, 'call' | 'on' | 'history' | 'cursors' | 'send' | 'unsent'>;
  /** What the calls answer, by name; a test changes it. */
  answers: Answers;
  calls: { name: string; request: Record<string, unknown> }[];
  cursors: { chatId: string; chatType: 'friend' | 'group'; seq: number; revision: number }[];
  unsent: UnsentMessage[];
  emit<N extends keyof ChatEvents>(name: N, event: ChatEvents[N]): void;
}

/** The library's own face, with answers that a test writes down: what it guarantees is tested where it is, here what the page makes of its events. */
export const scriptClient = (answers: Answers = {}): ScriptedClient => {
  const handlers: Handlers = {};
  const calls: ScriptedClient['calls'] = [];
  const handlersOf = <N extends keyof ChatEvents>(name: N): Set<(event: ChatEvents[N]) => void> => {
    const known: Set<(event: ChatEvents[N]) => void> = handlers[name] ?? new Set();
    Object.assign(handlers, { [name]: known });
    return known;
  };
  const call = async (name: string, request: Record<string, unknown> = {}): Promise<unknown> => {
    calls.push({ name, request });
    const answer = answers[name];
    if (answer === undefined) throw new ChatError('ENDPOINT_NOT_FOUND', name);
    return answer(request);
  };
  const scripted: ScriptedClient = {
    answers, calls, cursors: [], unsent: [],
    client: {
      call: call as ChatClient['call'],
      on(name, handler) {
        handlersOf(name).add(handler);
        return () => { handlersOf(name).delete(handler); };
      },
      history: async (chat, paging) => await call('get-messages', { ...chat, ...paging }) as ChatMessage[],
      cursors: () => scripted.cursors,
      unsent: () => scripted.unsent,
      send(message) {
        const clientMessageId = `c${scripted.unsent.length + 1}`;
        scripted.unsent.push({ messageType: 'TEXT', ...message, clientMessageId });
        return { clientMessageId, queued: Promise.resolve(), stored: new Promise(() => undefined) };
      },
    },
    emit(name, event) { for (const handler of handlersOf(name)) handler(event); },
  };
  return scripted;
};

export const me = 'me';
export const friendChat = { chatId: 'bo', chatType: 'friend' } as const;

export const messageOf = (seq: number, more: Partial<ChatMessage> = {}): ChatMessage => ({
  ...friendChat, id: `id${seq}`, seq, clientMessageId: `m${seq}`, from: 'bo', to: me, message: `message ${seq}`, messageType: 'TEXT',
  createdAt: new Date(Date.UTC(2026, 0, 1, 12, 0, seq)).toISOString(), updatedAt: new Date(Date.UTC(2026, 0, 1, 12, 0, seq)).toISOString(), revision: 0, ...more,
});

/** Everything that is waiting has run. */
export const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
