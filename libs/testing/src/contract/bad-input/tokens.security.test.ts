import { randomInt } from 'node:crypto';
import { failureSchema } from '@chat-backend/contracts';
import fc from 'fast-check';
import { post } from '../api-client';
import { newPerson, type TestPerson } from '../people';
import type { Shape } from '../shape';
import { startOneProcess } from '../start-one-process';
import { forEachAtOnce } from './at-once';
import { askToBeLetIn, openRawConnection, type RawConnection } from './raw-connection';
import { tokenAttacks } from './token-attacks';
import { sizeFrom } from './watched-process';

const mutants = sizeFrom('TOKEN_MUTANTS', 5_000);
const seed = sizeFrom('FUZZ_SEED', randomInt(2 ** 31));
const connectionsAtOnce = 8;
const leastAttacks = 40;
const print = (line: string): void => { process.stdout.write(`${line}\n`); };

/** A token of another spelling: a letter, a part or a claim changed. Never the token itself. */
const mutantsOf = (genuine: string, other: string): fc.Arbitrary<string> => {
  const place = fc.nat(genuine.length - 1);
  const letter = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...'ABCXYZabcxyz0189-_.') }, { weight: 1, arbitrary: fc.constantFrom('=', '+', '/', ' ', '\n', '\u0000', '\u00c1', '\ud800') });
  const parts = genuine.split('.');
  const otherParts = other.split('.');
  const claims = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
  const changedClaims = fc.tuple(fc.constantFrom(...Object.keys(claims), 'nbf', '__proto__', 'cid'), fc.jsonValue({ maxDepth: 1 })).map(([name, value]) => ({ ...claims, [name]: value }));
  return fc.oneof(
    { weight: 8, arbitrary: fc.tuple(place, letter).map(([at, by]) => genuine.slice(0, at) + by + genuine.slice(at + 1)) },
    { weight: 2, arbitrary: fc.tuple(place, letter).map(([at, by]) => genuine.slice(0, at) + by + genuine.slice(at)) },
    { weight: 2, arbitrary: fc.tuple(place, fc.integer({ min: 1, max: 20 })).map(([at, count]) => genuine.slice(0, at) + genuine.slice(at + count)) },
    { weight: 2, arbitrary: fc.tuple(place, place).map(([one, two]) => genuine.slice(Math.min(one, two), Math.max(one, two) + 1)) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...parts, ...otherParts), { minLength: 2, maxLength: 4 }).map((some) => some.join('.')) },
    { weight: 2, arbitrary: changedClaims.map((changed) => [parts[0], Buffer.from(JSON.stringify(changed)).toString('base64url'), parts[2]].join('.')) },
    { weight: 1, arbitrary: place.map((at) => genuine.slice(0, at) + (genuine[at] ?? '').toUpperCase() + genuine.slice(at + 1).toLowerCase()) },
  ).filter((token) => token !== genuine && token !== other);
};

/** Neither a call nor a socket takes a token that the product did not sign for this use. */
describe('forged tokens', () => {
  let product: Shape;
  let [victim, other]: TestPerson[] = [];
  const connections: RawConnection[] = [];
  beforeAll(async () => {
    product = await startOneProcess({ EXPOSE_OTP: 'true' });
    [victim, other] = await Promise.all([newPerson(product), newPerson(product)]);
  });
  afterAll(async () => {
    for (const connection of connections) connection.close();
    await product.stop();
  });

  const genuine = (): string => victim?.token ?? '';
  /** Node refuses longer headers before there is a call. */
  const isForHeader = (token: string): boolean => /^[!-~]{1,8000}$/.test(token);
  const refusedByCall = async (token: string, headers: Record<string, string> = {}): Promise<string | undefined> => {
    const { status, body } = await post(product.url, 'get-user-details', headers['authorization'] === undefined ? { token } : {}, headers);
    const isRefusal = [400, 401, 403].includes(status) && failureSchema.safeParse(body).success && !('data' in body);
    return isRefusal ? undefined : `a call was answered ${status} ${JSON.stringify(body)}`;
  };
  /** One connection tries many: the server ends those that are never let in after a while. */
  const refusedBySocket = async (token: string, which: number): Promise<string | undefined> => {
    let connection = connections[which];
    if (connection?.isOpen() !== true) connection = connections[which] = await openRawConnection(product.url);
    const answer = await askToBeLetIn(connection, JSON.stringify({ token }));
    if (answer === undefined) return refusedBySocket(token, which);
    return /^44\{"message":".*","data":\{"code":"(TOKEN_INVALID|TOKEN_EXPIRED|TOKEN_MISSING|WRONG_TOKEN_PURPOSE)"/.test(answer) ? undefined : `a socket was answered ${answer}`;
  };
  const wayIn = async (token: string, which: number): Promise<string | undefined> =>
    await refusedByCall(token)
      ?? (isForHeader(token) ? await refusedByCall(token, { authorization: `Bearer ${token}` }) : undefined)
      ?? refusedBySocket(token, which);

  it('the genuine one opens both', async () => {
    expect((await post(product.url, 'get-user-details', { token: genuine() })).status).toBe(200);
    const connection = await openRawConnection(product.url);
    expect(await askToBeLetIn(connection, JSON.stringify({ token: genuine() }))).toMatch(/^40\{"sid"/);
    connection.close();
  });

  it('made by hand', async () => {
    const { sid } = JSON.parse(Buffer.from(genuine().split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
    const attacks = tokenAttacks({ genuine: genuine(), otherGenuine: other?.token ?? '', userId: victim?.id ?? '', sessionId: sid, secretKey: product.secretKey });
    const letIn: string[] = [];
    for (const [name, token] of attacks) {
      const fault = await wayIn(token, 0);
      if (fault !== undefined) letIn.push(`${name}: ${fault}`);
    }
    print(`token attacks: ${attacks.length} made by hand, ${letIn.length} let in`);
    expect(letIn).toEqual([]);
    expect(new Set(attacks.map(([name]) => name)).size).toBe(attacks.length);
    expect(attacks.length).toBeGreaterThanOrEqual(leastAttacks);
  });

  it('made by chance from a genuine one', async () => {
    const tokens = fc.sample(mutantsOf(genuine(), other?.token ?? ''), { seed, numRuns: mutants });
    const letIn: string[] = [];
    let tried = 0;
    await forEachAtOnce(Array.from({ length: connectionsAtOnce }, (_, which) => which), connectionsAtOnce, async (which) => {
      for (let index = which; index < tokens.length; index += connectionsAtOnce) {
        const token = tokens[index] ?? '';
        const fault = await wayIn(token, which);
        tried += 1;
        if (fault !== undefined) letIn.push(`${token}: ${fault}`);
      }
    });
    print(`token attacks: ${tried} mutated tokens (FUZZ_SEED=${seed}), ${letIn.length} let in`);
    expect({ seed, letIn: letIn.slice(0, 5) }).toEqual({ seed, letIn: [] });
    expect(tried).toBe(mutants);
  });

  it('and the genuine one opens both afterwards', async () => {
    expect((await post(product.url, 'get-user-details', { token: genuine() })).status).toBe(200);
    const connection = await openRawConnection(product.url);
    expect(await askToBeLetIn(connection, JSON.stringify({ token: genuine() }))).toMatch(/^40\{"sid"/);
    connection.close();
  });
});
