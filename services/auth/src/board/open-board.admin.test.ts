import { randomUUID } from 'node:crypto';
import { createTestContext, createTestDatabase, startTestRedis, type RedisServer, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { openOperatedQueue } from '../operator/operated-queue';
import { createOutageLog } from '../mails/outage-log';
import { openBoard, type Board } from './open-board';

const token = 'an operator\'s token of more than thirty-two bytes'.replaceAll(' ', '-');

describe.each(['postgres', 'redis'] as const)('the board of a queue on %s', (place) => {
  let database: TestDatabase;
  let redis: RedisServer | undefined;
  const boards: Board[] = [];
  const mailId = randomUUID();
  const context = () => createTestContext(database, redis === undefined ? {} : { redisUrl: redis.url });
  const open = async (isWritable = false) => {
    const board = await openBoard({ token, isWritable, context: context() });
    boards.push(board);
    return request(board.app);
  };
  const bearer = { authorization: `Bearer ${token}` };

  beforeAll(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), place === 'redis' ? startTestRedis() : undefined]);
    const queue = await openOperatedQueue({ context: context(), outage: createOutageLog(context().logger, 'the queue') });
    await queue.hurry(mailId);
    await queue.close();
  });
  afterAll(async () => {
    await Promise.all(boards.map((board) => board.close()));
    await redis?.stop();
    await database.drop();
  });

  it('is shown to nobody without the token', async () => {
    const board = await open();
    for (const path of ['/board', '/board/', '/board/api/queues', '/board/static/js/main.js', '/board/queue/mails']) {
      expect({ path, status: (await board.get(path)).status }).toEqual({ path, status: 401 });
      for (const authorization of [`Bearer ${token}x`, `Bearer ${token.slice(0, -1)}`, `Basic ${token}`, 'Bearer']) {
        expect({ path, authorization, status: (await board.get(path).set({ authorization })).status }).toEqual({ path, authorization, status: 401 });
      }
    }
  });

  it('shows the jobs, which hold the id of their mail and nothing else', async () => {
    const { status, body } = await (await open()).get('/board/api/queues?activeQueue=mails&status=waiting').set(bearer);
    expect(status).toBe(200);
    const [queue] = (body as { queues: { name: string; readOnlyMode: boolean; counts: object; jobs: { data: unknown }[] }[] }).queues;
    expect(queue).toMatchObject({ name: 'mails', readOnlyMode: true, counts: { waiting: 1 }, jobs: [{ id: mailId }] });
    expect(queue?.jobs.map(({ data }) => data)).toEqual([{ mailId }]);
  });

  it('is a page under a policy that runs its own scripts alone', async () => {
    const { status, headers, text } = await (await open()).get('/board/').set(bearer).set('accept', 'text/html');
    expect([status, text.includes('<base href="/board/"')]).toEqual([200, true]);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'content-security-policy': expect.stringContaining("default-src 'none';script-src 'self';") as string });
  });

  it('takes the token by its form, and then a cookie that does not hold it', async () => {
    const board = await open();
    const page = await board.get('/board/').set('accept', 'text/html');
    expect([page.status, page.text.includes('<form method="post" action="/board/sign-in">')]).toEqual([401, true]);
    expect((await board.post('/board/sign-in').type('form').send({ token: 'wrong' })).status).toBe(401);
    const signedIn = await board.post('/board/sign-in').type('form').send({ token });
    const cookie = String(signedIn.headers['set-cookie']);
    expect([signedIn.status, cookie]).toEqual([303, expect.stringMatching(/; Path=\/board; HttpOnly; SameSite=Strict$/)]);
    expect(cookie).not.toContain(token);
    const [pair = ''] = cookie.split(';');
    expect((await board.get('/board/api/queues').set('cookie', `other=1; ${pair}`)).status).toBe(200);
    const forged = pair.replace(/=(\d+)/, (_whole, until: string) => `=${Number(until) + 1}`);
    expect((await board.get('/board/api/queues').set('cookie', forged)).status).toBe(401);
  });

  it('changes nothing unless it was asked for, and never for a page from elsewhere', async () => {
    const [reading, writing] = [await open(), await open(true)];
    expect((await reading.put('/board/api/queues/mails/pause').set(bearer)).status).toBe(403);
    expect((await writing.put('/board/api/queues/mails/pause').set(bearer).set('origin', 'http://127.0.0.1:1')).status).toBe(403);
    expect((await writing.put('/board/api/queues/mails/pause').set(bearer)).status).toBe(200);
    const { body } = await writing.get('/board/api/queues').set(bearer);
    expect(body).toMatchObject({ queues: [{ isPaused: true, readOnlyMode: false }] });
    expect((await writing.put('/board/api/queues/mails/resume').set(bearer)).status).toBe(200);
  });
});
