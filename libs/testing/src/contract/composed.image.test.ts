import pg from 'pg';
import { describeContract } from './describe-contract';
import { newFriends } from './people';
import type { Shape } from './shape';
import { connectSocket } from './socket-client';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: this suite runs with npm run test:image`);
  return value;
};

/** The product as `docker compose up` made it, reached by its published port. */
const findComposed = async (): Promise<Shape> => {
  const pool = new pg.Pool({ connectionString: setting('COMPOSED_DATABASE_URL'), max: 2 });
  const url = setting('COMPOSED_URL');
  return {
    url, socketUrls: [url, url], secretKey: setting('COMPOSED_SECRET_KEY'),
    query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => (await pool.query<Row>(sql, [...values])).rows,
    stop: () => pool.end(),
  };
};

const realtimeProcesses = Number(process.env['COMPOSED_REALTIME'] ?? 1);
/** Enough that each process gets some, in turn. */
const socketsOfEachKind = realtimeProcesses * 2;

describeContract('docker compose', findComposed, (shape) => {
  it.each([
    ['polling', { transports: ['polling'], upgrade: false }],
    ['a WebSocket', { transports: ['websocket'] }],
  ])(`sockets by %s are spread over ${realtimeProcesses} realtime processes, and hear each other`, async (_how, options) => {
    const [one, other] = await newFriends(shape());
    const sender = await connectSocket(shape().url, one.token, options);
    const listeners = await Promise.all(Array.from({ length: socketsOfEachKind }, () => connectSocket(shape().url, other.token, options)));
    // The gateway begins each session's id with the mark of its process.
    const processes = new Set(listeners.map(({ socket }) => socket.io.engine.id?.split('.')[0]));
    expect(processes.size).toBe(realtimeProcesses);
    for (let number = 1; number <= 5; number += 1) await sender.store({ to: other.id, chatType: 'friend', message: `message ${number}` });
    for (const listener of listeners) expect((await listener.receive(5)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    for (const { close } of [sender, ...listeners]) close();
  });
});
