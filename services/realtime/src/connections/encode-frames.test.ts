import { encodeFrames } from './encode-frames';

describe('frames', () => {
  it.each([
    [0, [0x81, 0]],
    [125, [0x81, 125]],
    [126, [0x81, 126, 0, 126]],
    [65_535, [0x81, 126, 0xff, 0xff]],
    [65_536, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
  ])('of %d bytes begin with as many bytes as RFC 6455 says, and stand one after the other', (bytes, header) => {
    const text = 'x'.repeat(bytes);
    expect(encodeFrames(['é', text, 'z']).equals(Buffer.concat([Buffer.from([0x81, 2]), Buffer.from('é'), Buffer.from(header), Buffer.from(text), Buffer.from([0x81, 1]), Buffer.from('z')]))).toBe(true);
  });
});
