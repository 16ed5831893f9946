import { newEmail, password, startAuthUnderTest, type AuthUnderTest } from '../auth.fixture';
import { idOf } from '../audit/audit.fixture';
import { openAuthForOperators, type AuthForOperators } from './open-for-operators';

const origin = { call: 'admin users verify', operator: 'olga' };

describe('an address that an operator takes for verified', () => {
  let auth: AuthUnderTest;
  let operators: AuthForOperators;
  beforeAll(async () => {
    auth = await startAuthUnderTest();
    operators = openAuthForOperators(auth.context);
  });
  afterAll(async () => {
    await operators.close();
    await auth.stop();
  });

  it('keeps its password', async () => {
    const email = newEmail();
    await auth.call('register', { email, password });
    const id = await idOf(auth, email);
    expect([await operators.verifyUser(origin, id), await operators.verifyUser(origin, id)]).toEqual(['verified', 'wasVerifiedBefore']);
    expect((await auth.call('login', { email, password })).status).toBe(200);
  });

  it('keeps none of several, as nobody knows whose counts', async () => {
    const email = newEmail();
    const passwords = [password, 'nine quiet otters'];
    for (const one of passwords) await auth.call('register', { email, password: one });
    expect(await operators.verifyUser(origin, await idOf(auth, email))).toBe('verifiedWithoutPassword');
    for (const one of passwords) expect((await auth.call('login', { email, password: one })).status).toBe(401);
  });
});
