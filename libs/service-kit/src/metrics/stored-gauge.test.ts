import { Counter, Registry } from 'prom-client';
import { createStoredGauge } from './stored-gauge';

const metricsWith = async (read: () => Promise<number>): Promise<string> => {
  const registry = new Registry();
  new Counter({ name: 'others_total', help: 'of this test', registers: [registry] }).inc();
  createStoredGauge({ registry, name: 'stored', help: 'of this test', read });
  return registry.metrics();
};

describe('a figure of the database', () => {
  it('is read when somebody asks', async () => {
    expect(await metricsWith(async () => 7)).toMatch(/^stored 7$/m);
  });

  it.each([
    ['refuses', () => Promise.reject(new Error('away'))],
    ['does not answer', () => new Promise<number>(() => {})],
  ])('is not a number while the database %s, and the others are told', async (_how, read) => {
    const text = await metricsWith(read);
    expect(text).toMatch(/^stored Nan$/mi);
    expect(text).toMatch(/^others_total 1$/m);
  });
});
