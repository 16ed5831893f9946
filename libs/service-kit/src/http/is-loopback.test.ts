import { isLoopback } from './is-loopback';

const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) => isLoopback({ socket: { remoteAddress }, headers: { host: 'localhost:2001', ...headers } });

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])('takes the peer %s', (address) => { expect(from(address)).toBe(true); });
  it.each(['10.0.0.1', '::ffff:10.0.0.1', '2001:db8::1', '', undefined])('refuses the peer %s', (address) => { expect(from(address)).toBe(false); });
  it.each(['localhost', 'LOCALHOST:80', '127.0.0.1:2001', '[::1]:2001'])('takes the host %s', (host) => { expect(from('127.0.0.1', { host })).toBe(true); });
  it.each(['', 'example.com', 'localhost.example.com:2001', '127.0.0.1.example.com', '10.0.0.1'])('refuses the host %s', (host) => { expect(from('127.0.0.1', { host })).toBe(false); });
  it.each(['x-forwarded-for', 'forwarded'])('refuses what came through a proxy that says %s', (name) => { expect(from('127.0.0.1', { [name]: '127.0.0.1' })).toBe(false); });
});
