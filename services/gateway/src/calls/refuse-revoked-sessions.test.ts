import { randomUUID } from 'node:crypto';
import { createInProcessEvents } from '@chat-backend/events';
import { testToken } from '@chat-backend/testing';
import { closeAll, internalWith, nowhereAddresses, postJson, runGateway, runMounted, type RunningGateway } from '../gateway.fixture';

afterAll(closeAll);

const statusOf = async (gateway: RunningGateway, sessionId: string): Promise<string> => {
  const reply = await postJson(gateway.url, 'get-all-friends', { token: testToken(randomUUID(), { sessionId }) });
  return reply.status === 200 ? 'served' : (await reply.json() as { code: string }).code;
};

describe('a revoked session', () => {
  it('is refused as soon as it is announced', async () => {
    const events = createInProcessEvents();
    const gateway = await runMounted({ events });
    const [mine, other] = [randomUUID(), randomUUID()];
    expect(await statusOf(gateway, mine)).toBe('served');
    await events.publish('session.revoked', { sessionIds: [mine] });
    expect([await statusOf(gateway, mine), await statusOf(gateway, other)]).toEqual(['SESSION_REVOKED', 'served']);
  });

  it('is refused within 2 s when no announcement arrives', async () => {
    const revoked: string[] = [];
    const gateway = await runMounted({ internal: internalWith(() => revoked) });
    const sessionId = randomUUID();
    expect(await statusOf(gateway, sessionId)).toBe('served');
    revoked.push(sessionId);
    const deadline = Date.now() + 2_000;
    let said = await statusOf(gateway, sessionId);
    while (said === 'served' && Date.now() < deadline) said = await statusOf(gateway, sessionId);
    expect(said).toBe('SESSION_REVOKED');
  });
});

describe('a gateway that cannot ask auth', () => {
  it('is not ready, as it may not know whom to refuse', async () => {
    const internal = { ...internalWith(), call: async () => { throw new Error('away'); } };
    const gateway = await runGateway({ env: nowhereAddresses, internal });
    expect(await gateway.service.notReady()).toContain('it is not known yet which sessions were revoked');
  });
});
