import { encodeFrames } from './encode-frames';
import { joinTexts } from './join-texts';
import type { Packet } from './unsent-bytes';

const text = (data: string): Packet => ({ type: 'message', data, options: { compress: true } });
const joined = (...texts: string[]): Packet => ({ type: 'message', options: { compress: false, wsPreEncodedFrame: [encodeFrames(texts)] } });

describe('packets that leave together', () => {
  it('are one where they are texts, and keep their order', () => {
    expect(joinTexts([text('2a'), text('2b'), text('3c')])).toEqual([joined('42a', '42b', '43c')]);
  });

  it('stay as they are where they are shared with others, hold no text or are no messages', () => {
    const shared: Packet = { type: 'message', data: '2s', options: { wsPreEncodedFrame: [Buffer.from('shared')] } };
    const binary: Packet = { type: 'message', data: Buffer.from('b'), options: {} };
    const pong: Packet = { type: 'pong', data: 'probe', options: {} };
    const packets = joinTexts([text('1'), shared, text('2'), text('3'), binary, pong, text('4')]);
    expect(packets).toEqual([joined('41'), shared, joined('42', '43'), binary, pong, joined('44')]);
    expect(packets[1]).toBe(shared);
  });
});
