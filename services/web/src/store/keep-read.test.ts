import { scriptClient } from '../chats/chat-client.fixture';
import { keepRead } from './keep-read';

const add = (word: string) => ({ words }: { words: string[] }) => ({ words: words.includes(word) ? words : [...words, word] });
/** A list that answers when the test says so, with what it says. */
const begin = () => {
  const scripted = scriptClient();
  const asked: { answer(words: string[]): void; fail(): void }[] = [];
  const kept = keepRead<{ words: string[] }, string[]>(scripted.client, {
    first: { words: [] }, take: (_, words) => ({ words }),
    ask: () => new Promise((resolve, reject) => { asked.push({ answer: resolve, fail() { reject(new Error('away')); } }); }),
  });
  return { scripted, kept, asked };
};
const settled = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

describe('a list that is read and then follows what is heard', () => {
  it('has what was heard while it was read, once', async () => {
    const { kept, asked } = begin();
    const loading = kept.load();
    kept.change(add('heard'));
    expect(kept.get()).toEqual({ words: ['heard'], loading: { status: 'loading' } });
    asked[0]?.answer(['listed']);
    await loading;
    expect(kept.get()).toEqual({ words: ['listed', 'heard'], loading: { status: 'ready' } });
    const again = kept.load();
    asked[1]?.answer(['listed']);
    await again;
    expect(kept.get().words).toEqual(['listed']);
  });

  it('is asked for once more when it is asked for while it is read', async () => {
    const { kept, asked } = begin();
    const first = kept.load();
    const more = [kept.load(), kept.load()];
    asked[0]?.answer(['old']);
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]?.answer(['new']);
    await Promise.all([first, ...more]);
    expect([kept.get().words, asked.length]).toEqual([['new'], 2]);
  });

  it('stays when a later reading fails, and is read again when the log goes back', async () => {
    const { scripted, kept, asked } = begin();
    void kept.load();
    asked[0]?.answer(['there']);
    await settled();
    scripted.emit('fault', { code: 'LOG_RESET', message: '' });
    expect(asked).toHaveLength(2);
    asked[1]?.fail();
    await settled();
    expect(kept.get()).toEqual({ words: ['there'], loading: { status: 'ready' } });
  });

  it('says why it is not there, and is read again when the connection is back', async () => {
    const { scripted, kept, asked } = begin();
    void kept.load();
    asked[0]?.fail();
    await settled();
    expect(kept.get().loading).toEqual({ status: 'failed', error: new Error('away') });
    scripted.emit('state', 'live');
    expect(kept.get().loading.status).toBe('loading');
    asked[1]?.answer(['there']);
    await settled();
    expect(kept.get().words).toEqual(['there']);
  });

  it('takes what a call has done, unless the log has said something newer meanwhile', async () => {
    const { kept } = begin();
    await kept.changeAfter('one', Promise.resolve(), add('done'));
    const overtaken = kept.changeAfter('one', settled(), add('late'));
    kept.hear('one');
    await overtaken;
    expect(kept.get().words).toEqual(['done']);
    await expect(kept.changeAfter('one', Promise.reject(new Error('refused')), add('never'))).rejects.toThrow('refused');
  });
});
