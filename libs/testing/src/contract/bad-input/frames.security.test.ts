import { Pool } from 'undici';
import { newFriends, type TestPerson } from '../people';
import { connectSocket, type TestSocket } from '../socket-client';
import { forEachAtOnce } from './at-once';
import { malformedFrames, malformedPosts, oversizedFrames, type MalformedFrame, type Outgoing } from './malformed-frames';
import { askToBeLetIn, openRawConnection, type RawConnection } from './raw-connection';
import { sizeFrom, startWatchedProcess, type WatchedProcess } from './watched-process';

const malformed = sizeFrom('MALFORMED_FRAMES', 20_000);
const oversized = sizeFrom('OVERSIZED_FRAMES', 1_000);
/** One in so many malformed ones comes by polling, one in so many oversized ones, too. */
const pollingShare = 20;
const connectionsAtOnce = 8;
/** After so many frames a message passes between two who do nothing wrong. */
const framesBetweenMessages = 500;
/** What the heap may have more at the end than after the first part: what the product keeps on purpose (counters, code that was compiled) is far less. */
const heapMarginBytes = 4 * 2 ** 20;
const looksAtTheHeap = 20;
const warmUpShare = 0.1;
const print = (line: string): void => { process.stdout.write(`${line}\n`); };
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

describe('frames that break every rule', () => {
  let product: WatchedProcess;
  let polling: Pool;
  let [one, other]: TestPerson[] = [];
  let [sending, receiving]: TestSocket[] = [];
  let attacker: TestPerson | undefined;
  const served: string[] = [];
  const counts = { malformed: 0, oversized: 0, ended: 0, messages: 0 };
  beforeAll(async () => {
    product = await startWatchedProcess({ EXPOSE_OTP: 'true' });
    polling = new Pool(product.url, { connections: connectionsAtOnce });
    [one, other] = await newFriends(product);
    [attacker] = await newFriends(product);
    [sending, receiving] = await Promise.all([connectSocket(product.url, one.token), connectSocket(product.url, other.token)]);
  });
  afterAll(async () => {
    for (const socket of [sending, receiving]) socket?.close();
    await polling.close();
    await product.stop();
  });

  const sendBystandersMessage = async (): Promise<void> => {
    counts.messages += 1;
    await sending?.store({ to: other?.id ?? '', chatType: 'friend', message: `message ${counts.messages}` });
  };
  const write = ({ webSocket, socket }: RawConnection, outgoing: Outgoing): void => {
    if ('bytes' in outgoing) socket.write(outgoing.bytes);
    else webSocket.send('text' in outgoing ? outgoing.text : outgoing.binary);
  };
  /** Every second connection is somebody's, the others have not said who they are. */
  const open = async (isLetIn: boolean): Promise<RawConnection> => {
    const connection = await openRawConnection(product.url);
    if (isLetIn) expect(await askToBeLetIn(connection, JSON.stringify({ token: attacker?.token }))).toMatch(/^40/);
    return connection;
  };

  /** Sends them over a few connections, each taken as long as the server leaves it open. */
  const sendFrames = async (frames: readonly MalformedFrame[], count: number, counted: 'malformed' | 'oversized'): Promise<void> => {
    await forEachAtOnce(Array.from({ length: connectionsAtOnce }, (_, which) => which), connectionsAtOnce, async (which) => {
      let connection: RawConnection | undefined;
      for (let index = which; index < count; index += connectionsAtOnce) {
        if (connection?.isOpen() !== true) connection = await open(Math.floor(index / frames.length) % 2 === 0);
        const frame = frames[index % frames.length];
        if (frame === undefined) continue;
        write(connection, frame.outgoing);
        if (frame.isUnfinished === true) connection.close();
        await connection.settled();
        counts[counted] += 1;
        if (!connection.isOpen()) counts.ended += 1;
        else if (counted === 'oversized') served.push(frame.what);
        if (counts[counted] % framesBetweenMessages === 0) await sendBystandersMessage();
      }
      connection?.close();
    });
  };

  /** A connection by polling, and one post to it. It is closed afterwards, whatever became of it. */
  const postOnce = async (body: string): Promise<number> => {
    const path = '/socket.io/?EIO=4&transport=polling';
    const opened = await polling.request({ method: 'GET', path });
    const { sid } = JSON.parse((await opened.body.text()).slice(1)) as { sid: string };
    const post = async (text: string): Promise<number> => {
      const { statusCode, body: answer } = await polling.request({ method: 'POST', path: `${path}&sid=${sid}`, headers: { 'content-type': 'text/plain;charset=UTF-8' }, body: text });
      await answer.dump();
      return statusCode;
    };
    const status = await post(body);
    await post('1');
    return status;
  };
  const sendPosts = async (bodies: readonly string[], count: number, counted: 'malformed' | 'oversized'): Promise<void> => {
    await forEachAtOnce(Array.from({ length: count }, (_, index) => bodies[index % bodies.length] ?? ''), connectionsAtOnce, async (body) => {
      const status = await postOnce(body);
      expect(counted === 'oversized' ? [413] : [200, 400]).toContain(status);
      counts[counted] += 1;
    });
  };

  const sendAll = async (share: number): Promise<void> => {
    const [frames, tooLarge] = [Math.round(malformed * share), Math.round(oversized * share)];
    await sendFrames(malformedFrames, frames - Math.floor(frames / pollingShare), 'malformed');
    await sendPosts(malformedPosts, Math.floor(frames / pollingShare), 'malformed');
    await sendFrames(oversizedFrames, tooLarge - Math.floor(tooLarge / pollingShare), 'oversized');
    await sendPosts(['4'.repeat(70_000), `42["x","${'x'.repeat(200_000)}"]`], Math.floor(tooLarge / pollingShare), 'oversized');
    await sendBystandersMessage();
  };
  /** The least of several looks: what was closed a moment ago is let go of a little later. */
  const heapWithin = async (bytes: number): Promise<number> => {
    let least = Infinity;
    for (let look = 0; look < looksAtTheHeap && least > bytes; look += 1) least = Math.min(least, await product.heapUsed());
    return least;
  };

  it('end nothing but their own connections, leave nothing in memory, and others go on', async () => {
    const prototypes = await product.prototypes();
    await sendAll(warmUpShare);
    const before = await heapWithin(0);
    await sendAll(1 - warmUpShare);
    const after = await heapWithin(before + heapMarginBytes);
    print(`frames: ${counts.malformed} malformed (${malformedFrames.length + malformedPosts.length} kinds), ${counts.oversized} oversized, ${counts.ended} connections ended; ${counts.messages} messages of others; heap ${mebibytes(before)} after a tenth, ${mebibytes(after)} at the end`);

    expect([counts.malformed, counts.oversized]).toEqual([malformed, oversized]);
    expect([...new Set(served)]).toEqual([]);
    expect(after - before).toBeLessThan(heapMarginBytes);
    expect(product.isAlive()).toBe(true);
    expect(await product.prototypes()).toEqual(prototypes);
    const received = await receiving?.receive(counts.messages) ?? [];
    expect(received.map(({ message }) => message)).toEqual(Array.from({ length: counts.messages }, (_, index) => `message ${index + 1}`));
    expect(sending?.socket.connected).toBe(true);
  });
});
