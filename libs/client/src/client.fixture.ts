import type { ChatEvents } from './chat-events';
import type { ChatMessage } from './chats';
import { createChatClient, type ChatClient } from './create-chat-client';
import type { ChatClientOptions, ChatTiming } from './options';
import type { ChatStorage } from './storage';
import { startChatServer, type TestServer } from './chat-server.fixture';

/** Short waits, and no look just in case. */
export const quick: Partial<ChatTiming> = {
  reconnectBaseMs: 20, reconnectCapMs: 60, retryBaseMs: 10, gapMs: 5, connectTimeoutMs: 2_000, callTimeoutMs: 2_000, acknowledgeTimeoutMs: 2_000, storeCursorsMs: 1,
};

export interface TestClient {
  client: ChatClient;
  /** Everything that was handed out, by the name of its event. */
  events: { [N in keyof ChatEvents]: ChatEvents[N][] };
  /** Resolves when the condition holds; looked at with each event. */
  until(condition: () => boolean, what: string): Promise<void>;
  /** `seq:text` of a chat, in the order of their coming. */
  texts(chatId: string): string[];
  /** What an app shows of a chat: its messages as they were last said to be. */
  shown(chatId: string): string[];
}

const names: readonly (keyof ChatEvents)[] = ['state', 'message', 'messageChanged', 'userEvent', 'conversationGone', 'conversationReset', 'sendRefused', 'sessionEnded', 'fault'];
const lateMs = 8_000;

export interface TestBench {
  server: TestServer;
  client(options?: Partial<ChatClientOptions>): TestClient;
  stop(): Promise<void>;
}

const watch = (client: ChatClient): TestClient => {
  const events: TestClient['events'] = { state: [], message: [], messageChanged: [], userEvent: [], conversationGone: [], conversationReset: [], sendRefused: [], sessionEnded: [], fault: [] };
  const looks = new Set<() => void>();
  const record = <N extends keyof ChatEvents>(name: N): void => {
    client.on(name, (event) => {
      events[name].push(event);
      for (const look of looks) look();
    });
  };
  names.forEach(record);
  const ofChat = (messages: readonly ChatMessage[], chatId: string): ChatMessage[] => messages.filter((message) => message.chatId === chatId);
  return {
    client, events,
    until: (condition, what) => new Promise((resolve, reject) => {
      const late = setTimeout(() => { reject(new Error(`never happened: ${what}; faults: ${JSON.stringify(events.fault)}; states: ${events.state.join()}`)); }, lateMs);
      const look = (): void => {
        if (!condition()) return;
        clearTimeout(late);
        looks.delete(look);
        resolve();
      };
      looks.add(look);
      look();
    }),
    texts: (chatId) => ofChat(events.message, chatId).map(({ seq, message }) => `${seq}:${message}`),
    shown(chatId) {
      const shown = new Map(ofChat(events.message, chatId).map((message) => [message.seq, message]));
      for (const change of ofChat(events.messageChanged, chatId)) shown.set(change.seq, change);
      return [...shown.values()].map(({ seq, message }) => `${seq}:${message}`);
    },
  };
};

/** A server, and clients that are closed with it. */
export const openBench = async (): Promise<TestBench> => {
  const server = await startChatServer();
  const clients: ChatClient[] = [];
  return {
    server,
    client(options = {}) {
      const client = createChatClient({ url: server.url, transports: ['websocket'], ...options, timing: { ...quick, ...options.timing } });
      clients.push(client);
      return watch(client);
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await server.stop();
    },
  };
};

/** A storage that outlives a client. */
export const memoryStorage = (): ChatStorage & { items: Map<string, string> } => {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
};
