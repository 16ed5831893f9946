import type { AuditEntry, GatheredAuditEntry } from '@chat-backend/contracts';
import { Registry } from 'prom-client';
import { createLogger } from '../logger';
import { gatherEntries, type GatheredEntries } from './gather-entries';

const entry = (more: Partial<AuditEntry> = {}): AuditEntry => ({ action: 'rate.limited', code: 'RATE_LIMITED', call: 'login', address: '203.0.113.7', ...more });

describe('gathered entries', () => {
  let written: GatheredAuditEntry[][];
  let metrics: Registry;
  let gathered: GatheredEntries;
  let write: () => Promise<void>;
  beforeEach(() => {
    written = [];
    metrics = new Registry();
    write = async () => {};
    gathered = gatherEntries({
      logger: createLogger({ level: 'silent', service: 'test' }), metrics,
      write: async (entries) => { written.push(entries); await write(); },
    });
  });
  afterEach(() => gathered.close());

  const dropped = async (): Promise<number> =>
    ((await metrics.getSingleMetric('chat_audit_entries_dropped_total')?.get())?.values[0]?.value) ?? 0;

  it('are written by themselves, a moment later', async () => {
    const wrote = new Promise<void>((resolve) => { write = async () => { resolve(); }; });
    gathered.add(entry());
    expect(written).toEqual([]);
    await wrote;
    expect(written[0]).toMatchObject([entry()]);
  });

  it('count what happens again, and keep the first request id', async () => {
    for (const requestId of ['first', 'second', 'third']) gathered.add(entry({ requestId }));
    gathered.add(entry({ requestId: 'another', address: '203.0.113.8' }));
    await gathered.flush();
    expect(written).toMatchObject([[{ requestId: 'first', times: 3 }, { requestId: 'another', times: 1 }]]);
    gathered.add(entry());
    await gathered.flush();
    expect(written[1]).toMatchObject([{ times: 1 }]);
  });

  it('wait where they cannot be written, and are the same when they are', async () => {
    write = () => Promise.reject(new Error('away'));
    gathered.add(entry({ requestId: 'first' }));
    await gathered.flush();
    gathered.add(entry({ requestId: 'second' }));
    write = async () => {};
    await gathered.flush();
    expect(written[1]?.map(({ id, requestId, times }) => ({ id, requestId, times }))).toEqual([
      { id: written[0]?.[0]?.id, requestId: 'first', times: 1 },
      { id: expect.not.stringMatching(written[0]?.[0]?.id ?? '') as string, requestId: 'second', times: 1 },
    ]);
    expect(await dropped()).toBe(0);
  });

  it('are bounded, whoever comes from how many addresses, and what is dropped is counted', async () => {
    write = () => Promise.reject(new Error('away'));
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 500; index++) gathered.add(entry({ address: `2001:db8::${round}:${index.toString(16)}` }));
      await gathered.flush();
    }
    expect(written.map(({ length }) => length)).toEqual([200, 200, 200]);
    // Of each round what came after the bound; of the last two, all, as the first ones still wait.
    expect(await dropped()).toBe(300 + 500 + 500);
    await gathered.close();
    expect(await dropped()).toBe(1_500);
  });

  it('do not keep a process from ending while the log hangs', async () => {
    write = () => new Promise(() => {});
    gathered.add(entry());
    const flushing = gathered.flush();
    await Promise.resolve();
    gathered.add(entry({ call: 'refresh-token' }));
    const ended = await Promise.race([gathered.close().then(() => 'closed'), flushing.then(() => 'written')]);
    expect([ended, await dropped()]).toEqual(['closed', 1]);
  });

  it('never wait for a write that hangs', async () => {
    let release = (): void => {};
    write = () => new Promise<void>((resolve) => { release = resolve; });
    gathered.add(entry());
    const flushing = gathered.flush();
    await Promise.resolve();
    for (let index = 0; index < 5_000; index++) gathered.add(entry({ requestId: `call-${index}` }));
    write = async () => {};
    release();
    await flushing;
    await gathered.flush();
    expect(written.map((entries) => entries.map(({ times }) => times))).toEqual([[1], [5_000]]);
  });
});
