import type { ChatMessage } from '../chats';
import { createTimeline } from './timeline';

const at = (seq: number): ChatMessage => ({
  chatId: 'c', chatType: 'friend', id: `id ${seq}`, seq, clientMessageId: `name ${seq}`, from: 'f', to: 't', message: String(seq), messageType: 'TEXT',
  createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z', revision: 0,
});
/** A history up to where it is now, in pages of two. */
const historyUpTo = (now: () => number) => (beforeSeq = Infinity): Promise<ChatMessage[]> => {
  const end = Math.min(now() + 1, beforeSeq);
  return Promise.resolve([end - 2, end - 1].filter((seq) => seq > 0).map(at));
};
const seqsOf = ({ messages }: { messages(): readonly ChatMessage[] }): number[] => messages().map(({ seq }) => seq);

describe('a timeline', () => {
  it('leaves out what is handed out from before its page while that is on its way: there would be a hole', async () => {
    const timeline = createTimeline(historyUpTo(() => 9));
    const refreshing = timeline.refresh();
    timeline.take(at(3));
    await refreshing;
    expect(seqsOf(timeline)).toEqual([8, 9]);
    await timeline.loadOlder();
    expect(seqsOf(timeline)).toEqual([6, 7, 8, 9]);
  });

  it('takes what comes while its page is on its way, once', async () => {
    let last = 4;
    const timeline = createTimeline(historyUpTo(() => last));
    const refreshing = timeline.refresh();
    for (last of [5, 6]) timeline.take(at(last));
    await refreshing;
    expect(seqsOf(timeline)).toEqual([3, 4, 5, 6]);
  });

  it('does not take what would leave a hole; reading again fills it', async () => {
    let last = 2;
    const timeline = createTimeline(historyUpTo(() => last));
    await timeline.refresh();
    last = 9;
    expect(timeline.take(at(9))).toBe(false);
    expect(seqsOf(timeline)).toEqual([1, 2]);
    await timeline.refresh();
    expect(seqsOf(timeline)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
