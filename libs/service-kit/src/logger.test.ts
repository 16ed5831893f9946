import { Writable } from 'node:stream';
import { createLogger } from './logger';

it('tokens, passwords and codes never reach a log', () => {
  const lines: string[] = [];
  const destination = new Writable({ write(chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done(); } });
  const logger = createLogger({ level: 'info', service: 'test', destination });
  logger.info({ token: 'canary', password: 'canary', request: { body: { otp: 'canary', refreshToken: 'canary' }, headers: { authorization: 'canary', cookie: 'canary' } } }, 'a call');
  logger.info({ reply: { data: { secret: 'canary', uri: 'canary', recoveryCodes: ['canary'] } } }, 'an answer');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('a call');
  expect(lines.join()).not.toContain('canary');
});
