import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiPrefix } from '@chat-backend/contracts';
import { Pool } from 'undici';
import { newEmail, otherThan, password, startAuthUnderTest, type AuthUnderTest } from '../auth.fixture';

const challenges = Number(process.env['GUESSED_CHALLENGES'] ?? 1_000);
const guessesOfEach = 10;
const triesOfEach = 5;
const races = Number(process.env['CODE_RACES'] ?? 500);
const rightCodesAtOnce = 20;
const print = (line: string): void => { process.stdout.write(`${line}\n`); };

interface Answer { status: number; body: { success: boolean; code?: string; data: { token: string } } }

/** Codes of six digits hold because nobody has more than five tries, however they come. */
describe('codes that many try', () => {
  let auth: AuthUnderTest;
  let server: Server;
  let connections: Pool;
  beforeAll(async () => {
    auth = await startAuthUnderTest({ DATABASE_POOL_SIZE: '8' });
    server = createServer(auth.service.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    connections = new Pool(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { connections: 256 });
  });
  afterAll(async () => {
    await connections.close();
    server.close();
    await auth.stop();
  });

  const call = async (name: string, body: object): Promise<Answer> => {
    const reply = await connections.request({ method: 'POST', path: `${apiPrefix}/${name}`, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return { status: reply.statusCode, body: await reply.body.json() as Answer['body'] };
  };
  const codesOf = (answers: readonly Answer[]): (string | number)[] => answers.map(({ status, body }) => body.code ?? status);
  const newChallenge = async () => {
    const email = newEmail();
    const { body: { data: { token } } } = await call('register', { email, password });
    return { email, token, code: await auth.mailedCode(email) };
  };
  /** Ten codes, none of them right. */
  const wrongCodes = (right: string): string[] => Array.from({ length: guessesOfEach }, (_, guess) => {
    const code = String((Number(right) + 1 + guess * 99_991) % 1_000_000).padStart(6, '0');
    return code === right ? otherThan(right) : code;
  });
  const repeat = async (count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> => {
    let next = 0;
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let index = next; index < count; index = next) { next += 1; await work(index); }
    }));
  };

  it('are tried five times each, and then the right one is refused too', async () => {
    const faults: string[] = [];
    let guesses = 0;
    await repeat(challenges, 16, async (index) => {
      const { email, token, code } = await newChallenge();
      // Every second one is guessed at in turn, the others all at once.
      const answers: Answer[] = [];
      const guess = async (otp: string): Promise<void> => { answers.push(await call('verify-user', { token, otp })); };
      if (index % 2 === 0) for (const otp of wrongCodes(code)) await guess(otp);
      else await Promise.all(wrongCodes(code).map(guess));
      guesses += answers.length;
      if (!codesOf(answers).every((answer) => answer === 'WRONG_CODE')) faults.push(`${email}: guesses were answered ${codesOf(answers).join()}`);
      const right = await call('verify-user', { token, otp: code });
      if (right.body.code !== 'CHALLENGE_EXPIRED') faults.push(`${email}: the right code was answered ${right.status} ${right.body.code}`);
    });
    const tried = await auth.database.query<{ tries: number; count: number }>('select tries, count(*)::int as count from challenges group by tries order by tries');
    const verified = await auth.database.query('select id from users where is_verified');
    print(`challenges: ${challenges} with ${guesses} wrong guesses; tries that were counted: ${JSON.stringify(tried)}; verified ${verified.length}`);
    expect(faults.slice(0, 5)).toEqual([]);
    expect(guesses).toBe(challenges * guessesOfEach);
    expect(tried).toEqual([{ tries: triesOfEach, count: challenges }]);
    expect(verified).toEqual([]);
  });

  it('succeed once, of twenty right ones at once', async () => {
    const outcomes: string[] = [];
    await repeat(races, 6, async () => {
      const { token, code } = await newChallenge();
      const answers = await Promise.all(Array.from({ length: rightCodesAtOnce }, () => call('verify-user', { token, otp: code })));
      outcomes.push(codesOf(answers).map(String).sort().join());
    });
    const oneWon = ['200', ...Array.from({ length: rightCodesAtOnce - 1 }, () => 'CHALLENGE_EXPIRED')].join();
    const asPromised = outcomes.filter((outcome) => outcome === oneWon).length;
    print(`challenges: ${races} races of ${rightCodesAtOnce} right codes at once; one success in ${asPromised}`);
    expect(outcomes.filter((outcome) => outcome !== oneWon).slice(0, 5)).toEqual([]);
    expect(asPromised).toBe(races);
    expect(await auth.database.query('select id from users where is_verified')).toHaveLength(races);
  });
});
