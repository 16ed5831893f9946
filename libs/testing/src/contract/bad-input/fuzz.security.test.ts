import { routeTable, socketEvents, type ClientEventName, type Endpoint } from '@chat-backend/contracts';
import { Pool } from 'undici';
import { fuzzEndpoint, type Caller, type Callers } from './fuzz-endpoint';
import { fuzzEvent } from './fuzz-event';
import { expectNoFaults, inputsOfEach, print, seed } from './fuzzing';
import { knownValues, newPopulation, renewPopulation, type Population } from './population';
import { faultsInTables } from './stored-values';
import { startWatchedProcess, type WatchedProcess } from './watched-process';

const callsAtOnce = 8;

describe('inputs made from the schemas', () => {
  let product: WatchedProcess;
  let connections: Pool;
  let prototypes: Record<string, string[]>;
  beforeAll(async () => {
    print(`fuzz: FUZZ_SEED=${seed} FUZZ_INPUTS=${inputsOfEach}`);
    product = await startWatchedProcess({ EXPOSE_OTP: 'true' });
    connections = new Pool(product.url, { connections: callsAtOnce });
    prototypes = await product.prototypes();
  });
  afterAll(async () => {
    await connections.close();
    await product.stop();
  });
  afterEach(async () => {
    expect(product.isAlive()).toBe(true);
    expect(await product.prototypes()).toEqual(prototypes);
  });

  const callersOf = (endpoint: Endpoint): Callers<Caller & { people: Population }> => {
    const callerAmong = (people: Population) => ({ people, tokens: [people.me.token] as const, known: knownValues(people, endpoint.name) });
    return {
      callsAtOnce,
      anew: async () => callerAmong(await newPopulation(product)),
      renew: async ({ people }) => callerAmong(await renewPopulation(product, people)),
      lostItsPlace: ['SESSION_REVOKED', 'TOKEN_EXPIRED', 'USER_NOT_FOUND', 'WRONG_CREDENTIALS'],
    };
  };

  it.each(routeTable)('$name', async (endpoint) => {
    await fuzzEndpoint(endpoint, connections, callersOf(endpoint));
  });

  describe('sent by socket', () => {
    let people: Population;
    beforeAll(async () => { people = await newPopulation(product); });

    it.each(Object.keys(socketEvents.fromClient) as ClientEventName[])('%s', async (name) => {
      await fuzzEvent(name, product.url, people.me.token, knownValues(people, name));
    });
  });

  it('have left nothing in the tables that the contract forbids', async () => {
    const { faults, rows } = await faultsInTables(product);
    print(`fuzz: rows read: ${JSON.stringify(rows)}`);
    expectNoFaults(faults);
    expect(Math.min(...Object.values(rows))).toBeGreaterThan(0);
  });
});
