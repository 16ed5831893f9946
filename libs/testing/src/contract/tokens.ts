import { randomUUID } from 'node:crypto';
import { routeTable, type TokenPurpose } from '@chat-backend/contracts';
import { createTokenSigner, deriveKeys } from '@chat-backend/service-kit';
import { post, refuse, succeed } from './api-client';
import { newPerson, type TestPerson } from './people';
import { refusedConnection } from './socket-client';
import type { CurrentShape } from './shape';

const withToken = routeTable.filter(({ access }) => access !== 'public').map((endpoint) => endpoint.name);
/** Endpoints that take access tokens alone, in every mode. */
const forAccessOnly = routeTable.filter(({ access }) => access !== 'public' && access.length === 1 && access[0] === 'access').map(({ name }) => name);
const handles: readonly TokenPurpose[] = ['verify', 'mfa', 'reset'];

/** Who is let in: every endpoint and the socket, with every kind of token that is not good. */
export const describeTokens = (shape: CurrentShape): void => {
  let person: TestPerson;
  const sign = (purpose: TokenPurpose, livesSeconds: number, secretKey = shape().secretKey): string =>
    createTokenSigner(deriveKeys(secretKey).tokens[0]).sign({ userId: person.id, sessionId: randomUUID(), purpose, livesSeconds });
  beforeAll(async () => { person = await newPerson(shape()); });

  it.each(withToken)('%s without a token, with nonsense, with a stranger\'s signature and with an expired one', async (name) => {
    await refuse(shape().url, name, {}, 401, 'TOKEN_MISSING');
    await refuse(shape().url, name, { token: 'nonsense' }, 401, 'TOKEN_INVALID');
    await refuse(shape().url, name, { token: sign('access', 900, 'another secret key, of 32 bytes or more') }, 401, 'TOKEN_INVALID');
    await refuse(shape().url, name, { token: sign('access', -10) }, 401, 'TOKEN_EXPIRED');
    await refuse(shape().url, name, {}, 401, 'TOKEN_INVALID', { authorization: 'Bearer nonsense' });
  });

  it.each(forAccessOnly)('%s with a token of a wrong purpose', async (name) => {
    for (const purpose of handles) await refuse(shape().url, name, { token: sign(purpose, 900) }, 403, 'WRONG_TOKEN_PURPOSE');
  });

  it('a token may stand in the header, but not differ from the one in the body', async () => {
    const other = await newPerson(shape());
    const headers = { authorization: `Bearer ${person.token}` };
    const { status, body } = await post(shape().url, 'get-user-details', {}, headers);
    expect([status, (body['data'] as { id: string }).id]).toEqual([200, person.id]);
    await refuse(shape().url, 'get-user-details', { token: other.token }, 400, 'TOKENS_DIFFER', headers);
  });

  it('a session that was ended opens nothing any more', async () => {
    const leaving = await newPerson(shape());
    await succeed(shape().url, 'logout', { token: leaving.token });
    // The other processes learn of it within two seconds.
    const refusedSoon = async (): Promise<string> => {
      for (const deadline = Date.now() + 2_500; Date.now() < deadline;) {
        const { status, body } = await post(shape().url, 'get-all-friends', { token: leaving.token });
        if (status === 401) return body['code'] as string;
      }
      return 'still let in';
    };
    expect(await refusedSoon()).toBe('SESSION_REVOKED');
  });

  it('a socket is refused before it connects', async () => {
    const refusals = [[{}, 'TOKEN_MISSING'], [{ token: 'nonsense' }, 'TOKEN_INVALID'], [{ token: sign('access', -10) }, 'TOKEN_EXPIRED'], [{ token: sign('reset', 900) }, 'WRONG_TOKEN_PURPOSE']] as const;
    for (const [auth, code] of refusals) expect(await refusedConnection(shape().socketUrls[0], auth)).toMatchObject({ code });
  });
};
