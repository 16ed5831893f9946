import { Writable } from 'node:stream';
import { createLogger } from './logger';

const lines: string[] = [];
const destination = new Writable({ write(chunk: Buffer, _encoding, done) { lines.push(chunk.toString()); done(); } });
const logger = createLogger({ level: 'info', service: 'test', destination });
afterEach(() => { lines.length = 0; });

it('tokens, passwords and codes never reach a log', () => {
  logger.info({ token: 'canary', password: 'canary', request: { body: { otp: 'canary', refreshToken: 'canary' }, headers: { authorization: 'canary', cookie: 'canary' } } }, 'a call');
  logger.info({ reply: { data: { secret: 'canary', uri: 'canary', recoveryCodes: ['canary'] } } }, 'an answer');
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain('a call');
  expect(lines.join()).not.toContain('canary');
});

it('an error is logged with its code and its causes, without the connection that it came over', () => {
  const error = Object.assign(new Error('terminating connection', { cause: new Error('why') }), { code: '57P01', client: { connectionParameters: { host: 'canary' } } });
  logger.warn({ err: error }, 'away');
  logger.warn({ err: 'only words' }, 'away');
  const [first, second] = lines.map((line) => (JSON.parse(line) as { err: unknown }).err);
  expect(first).toMatchObject({ type: 'Error', message: 'terminating connection: why', stack: expect.stringContaining('caused by'), code: '57P01' });
  expect(second).toBe('only words');
  expect(lines.join()).not.toContain('canary');
});
