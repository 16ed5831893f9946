import { randomUUID } from 'node:crypto';
import { eachWithFriend, have } from './receiving.fixture';

const its = eachWithFriend();

describe('messages that are pushed', () => {
  it('are handed out in order, as stored messages of their chat', async () => {
    const mine = await its().live();
    for (const text of ['a', 'b', 'c']) its().say(text);
    await have(mine, 3);
    expect(mine.texts(its().friend)).toEqual(['1:a', '2:b', '3:c']);
    expect(mine.events.message[0]).toMatchObject({ chatId: its().friend, chatType: 'friend', from: its().friend, to: its().me, revision: 0 });
    expect(mine.events.state).toEqual(['connecting', 'syncing', 'live']);
  });

  it('are handed out once when they come twice', async () => {
    const mine = await its().live();
    its().bench.server.faults.push = (deliver) => { deliver(); deliver(); };
    for (const text of ['a', 'b']) its().say(text);
    its().say('last');
    await have(mine, 3);
    expect(mine.texts(its().friend)).toEqual(['1:a', '2:b', '3:last']);
    expect(mine.events.fault).toEqual([]);
  });

  it('are held when they come too early, without asking the server', async () => {
    const mine = await its().live({ timing: { gapMs: 60_000 } });
    const syncs = its().bench.server.counted.syncs.length;
    const late: (() => void)[] = [];
    its().bench.server.faults.push = (deliver) => { late.push(deliver); };
    for (const text of ['a', 'b', 'c']) its().say(text);
    for (const deliver of late.reverse()) deliver();
    await have(mine, 3);
    expect(mine.texts(its().friend)).toEqual(['1:a', '2:b', '3:c']);
    expect(its().bench.server.counted.syncs).toHaveLength(syncs);
  });

  it('are fetched when they are lost: a gap is asked for', async () => {
    const mine = await its().live();
    its().bench.server.faults.push = () => undefined;
    for (const text of ['a', 'b']) its().say(text);
    delete its().bench.server.faults.push;
    its().say('c');
    await have(mine, 3);
    expect(mine.texts(its().friend)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('are fetched even when the last one is lost: now and then everything is asked for', async () => {
    const mine = await its().live({ timing: { resyncMs: 40 } });
    its().bench.server.faults.push = () => undefined;
    its().say('lost without a trace');
    await have(mine, 1);
    expect(mine.texts(its().friend)).toEqual(['1:lost without a trace']);
  });

  it('wait while a sync is under way, and follow its page', async () => {
    const mine = await its().live();
    let answer: () => void = () => undefined;
    const asked = new Promise<void>((isAsked) => {
      its().bench.server.faults.sync = (reply) => {
        delete its().bench.server.faults.sync;
        isAsked();
        return new Promise((resolve) => { answer = () => { resolve(reply); }; });
      };
    });
    its().bench.server.faults.push = () => undefined;
    its().say('a');
    delete its().bench.server.faults.push;
    its().say('b');
    await asked;
    its().say('c');
    const third = its().say('d');
    answer();
    await have(mine, 4);
    expect(mine.texts(its().friend)).toEqual(['1:a', '2:b', '3:c', '4:d']);
    expect(mine.client.cursors()).toContainEqual({ chatId: its().friend, chatType: 'friend', seq: third.seq, revision: 0 });
  });

  it('overtake a page that has them, too, and come once', async () => {
    const mine = await its().live();
    const second = randomUUID();
    its().bench.server.faults.sync = (_reply, request) => {
      delete its().bench.server.faults.sync;
      its().say('a');
      its().bench.server.edit(its().friend, its().me, 'friend', 1, 'A');
      its().bench.server.store.befriend(its().me, second);
      return its().bench.server.store.sync(its().me, request);
    };
    its().bench.server.drop(its().me);
    await have(mine, 1);
    its().say('b');
    await have(mine, 2);
    expect(mine.shown(its().friend)).toEqual(['1:A', '2:b']);
    expect(mine.texts(its().friend)).toHaveLength(2);
    expect(mine.events.userEvent.map(({ number }) => number)).toEqual([2]);
    expect(mine.events.fault).toEqual([]);
  });

  it('while it is not known yet where their chat begins, are handed out', async () => {
    its().say('before');
    its().bench.server.faults.call = (name) => {
      if (name === 'get-conversations') its().say('meanwhile');
      return undefined;
    };
    const mine = await its().live();
    expect(mine.texts(its().friend)).toEqual(['2:meanwhile']);
  });

  it('that do not exist are a fault, told once, and do not keep the client asking', async () => {
    const mine = await its().live();
    const { seq: _, ...message } = its().say('a');
    await have(mine, 1);
    its().bench.server.emit(its().me, 'newMessage', { ...message, seq: 900, chatType: 'friend' });
    await mine.until(() => mine.events.fault.length > 0, 'a fault');
    const syncs = its().bench.server.counted.syncs.length;
    its().say('b');
    await have(mine, 2);
    expect(mine.events.fault.map(({ code }) => code)).toEqual(['INVALID_PUSH']);
    expect(its().bench.server.counted.syncs).toHaveLength(syncs);
  });
});

describe('what was missed', () => {
  it('comes after the connection is back, in order, page by page', async () => {
    const mine = await its().live();
    its().say('before');
    await have(mine, 1);
    its().bench.server.store.pageSizes.messages = 3;
    await its().bench.server.goAway();
    for (let index = 0; index < 10; index += 1) its().say(`away ${index}`);
    await its().bench.server.comeBack();
    await have(mine, 11);
    expect(mine.texts(its().friend)).toEqual(['1:before', ...Array.from({ length: 10 }, (_, index) => `${index + 2}:away ${index}`)]);
    await mine.until(() => mine.client.state() === 'live', 'live again');
    expect(mine.events.fault).toEqual([]);
  });

  it('is asked for in slices that the contract allows', async () => {
    for (let count = 0; count < 250; count += 1) its().bench.server.store.befriend(its().me, randomUUID());
    await its().live();
    expect(its().bench.server.counted.syncs.map(({ conversations = [] }) => conversations.length)).toEqual([0, 200, 51]);
  });

  it('is what comes after the first start; what was there is history', async () => {
    for (const text of ['a', 'b', 'c']) its().say(text);
    const mine = await its().live();
    its().say('d');
    await have(mine, 1);
    expect(mine.texts(its().friend)).toEqual(['4:d']);
    expect((await mine.client.history({ chatId: its().friend, chatType: 'friend' }, { beforeSeq: 4, limit: 2 })).map(({ seq, chatId }) => [seq, chatId])).toEqual([[2, its().friend], [3, its().friend]]);
  });

  it('is everything there ever was for whoever begins at the beginning', async () => {
    for (const text of ['a', 'b', 'c']) its().say(text);
    const mine = await its().live({ begin: 'beginning' });
    expect(mine.texts(its().friend)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('is waited for through refusals and lost answers', async () => {
    const refusals = [{ success: false as const, code: 'RATE_LIMITED', message: 'slowly', retryAfterMs: 30 }, { success: false as const, code: 'UNAVAILABLE', message: 'away' }, 'lose' as const, 'drop' as const];
    its().bench.server.faults.sync = (reply) => refusals.shift() ?? reply;
    const mine = await its().live({ begin: 'beginning', timing: { acknowledgeTimeoutMs: 100 } });
    its().say('a');
    await have(mine, 1);
    expect(refusals).toEqual([]);
    expect(mine.events.fault).toEqual([]);
  });
});

describe('handlers', () => {
  it('that throw, or whose promises fail, stop nobody and are told', async () => {
    const mine = its().started();
    const heard: number[] = [];
    mine.client.on('message', () => { throw new Error('mine'); });
    mine.client.on('message', () => Promise.reject(new Error('later')));
    const stop = mine.client.on('message', ({ seq }) => { heard.push(seq); });
    await mine.client.connect();
    for (const text of ['a', 'b']) its().say(text);
    await mine.until(() => mine.events.fault.length === 4, 'the faults');
    expect(mine.events.fault.map(({ code, message }) => `${code} ${message}`)).toEqual(Array(4).fill('HANDLER A handler of message failed'));
    stop();
    its().say('c');
    await have(mine, 3);
    expect(heard).toEqual([1, 2]);
  });
});
