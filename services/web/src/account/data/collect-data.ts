import { ChatError, type ChatClient } from '@chat-backend/client';

const parts = { account: 'export-account', friends: 'export-friends', groups: 'export-groups', messages: 'export-messages' } as const;
type PartName = (typeof parts)[keyof typeof parts];

const defaultWaitMs = 10_000;

/** Waits, unless it is aborted. */
const wait = (ms: number, signal: AbortSignal): Promise<void> => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(new ChatError('ABORTED', 'It was stopped'));
  }, { once: true });
});

/** One page; where the server asks for patience, it is waited for. */
const readPage = async (client: ChatClient, name: PartName, cursor: string | undefined, signal: AbortSignal): Promise<{ data: unknown[]; nextCursor?: string | undefined }> => {
  for (;;) {
    try {
      return await client.call(name, cursor === undefined ? {} : { cursor }, { signal });
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'RATE_LIMITED') throw error;
      await wait(error.retryAfterMs ?? defaultWaitMs, signal);
    }
  }
};

/** Everything that the server keeps of who is signed in, page by page. @param onRecords told how many records there are so far @throws ChatError */
export const collectData = async (client: ChatClient, signal: AbortSignal, onRecords: (count: number) => void): Promise<Record<string, unknown>> => {
  const collected: Record<string, unknown> = { exportedAt: new Date().toISOString() };
  let count = 0;
  for (const [part, name] of Object.entries(parts)) {
    const records: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await readPage(client, name, cursor, signal);
      records.push(...page.data);
      count += page.data.length;
      onRecords(count);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    collected[part] = records;
  }
  return collected;
};
