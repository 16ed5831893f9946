import { isRunning } from '@chat-backend/database';
import { Redis } from 'ioredis';
import { startTestSmtpServer, type TestSmtpServer } from '../smtp-server';
import { succeed, succeedWith } from './api-client';
import { describeContract } from './describe-contract';
import { newEmail, newFriends, newPerson, testPassword } from './people';
import { endedWithinMs, msUntilEnded, newDevice } from './ended-sessions';
import { connectSocket } from './socket-client';
import { startCluster, type Cluster } from './start-cluster';

let mailServer: TestSmtpServer;
let cluster: Cluster;
const start = async (): Promise<Cluster> => {
  mailServer = await startTestSmtpServer();
  cluster = await startCluster({ SMTP_URL: mailServer.url });
  return cluster;
};
afterAll(async () => {
  await mailServer.close();
  // After the cluster: it has taken everything with it.
  expect(cluster.processes.filter(({ pid }) => isRunning(pid))).toEqual([]);
});

describeContract('the cluster with two realtime processes and Redis', start, (shape) => {
  it('says of each process what it is and where it serves', () => {
    const services = cluster.processes.map(({ service }) => service).sort();
    expect(services).toEqual(['auth', 'gateway', 'group', 'messaging', 'postgres', 'realtime', 'realtime', 'redis', 'social-graph']);
    expect(new Set(cluster.processes.map(({ pid }) => pid)).size).toBe(services.length);
    expect(new Set(cluster.processes.map(({ port }) => port)).size).toBe(services.length);
  });

  it('a mail goes through the queue on Redis to the mail server', async () => {
    const account = { email: newEmail(), password: testPassword };
    const { otp } = await succeedWith<{ otp: string }>(shape().url, 'register', account);
    const mail = await mailServer.waitForMail(({ to }) => to.includes(account.email));
    expect(mail.text).toContain(otp);
  });

  it('Redis may be flushed at any moment: messages, their numbers, pushes and sessions stay', async () => {
    const [one, other] = await newFriends(shape());
    const [sending, listening] = [await connectSocket(shape().socketUrls[0], one.token), await connectSocket(shape().socketUrls[1], other.token)];
    const redis = new Redis(cluster.processes.findLast(({ service }) => service === 'redis')?.port ?? 0);
    const numbers: number[] = [];
    for (let number = 1; number <= 30; number += 1) {
      const [{ seq }] = await Promise.all([sending.store({ to: other.id, chatType: 'friend', message: `message ${number}` }), redis.flushall()]);
      numbers.push(seq);
    }
    redis.disconnect();
    expect(numbers).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect((await listening.receive(30)).map(({ seq }) => seq)).toEqual(numbers);
    await succeedWith(shape().url, 'refresh-token', { refreshToken: one.refreshToken });
    for (const { close } of [sending, listening]) close();
  });

  describe('a session that is revoked while Redis', () => {
    const redisPid = (): number => cluster.processes.findLast(({ service }) => service === 'redis')?.pid ?? 0;

    /** Both give it back with what they return. */
    const stopRedis = () => {
      const pid = redisPid();
      process.kill(pid, 'SIGSTOP');
      return async (): Promise<void> => { process.kill(pid, 'SIGCONT'); };
    };
    const killRedis = () => {
      let isWanted = false;
      const keepDead = async (): Promise<void> => {
        while (!isWanted) {
          const next = cluster.nextProcess();
          process.kill(redisPid(), 'SIGKILL');
          await next;
        }
      };
      const dead = keepDead();
      return (): Promise<void> => {
        isWanted = true;
        return dead;
      };
    };

    it.each([['stands still', stopRedis], ['is dead', killRedis]])('%s is refused, and its sockets are closed, within two seconds on both processes', async (_what, takeRedis) => {
      const person = await newPerson(shape());
      const [device, stays] = [await newDevice(shape(), person), await newDevice(shape(), person)];
      const giveBack = takeRedis();
      try {
        const elapsed = await msUntilEnded(shape(), device, () => succeed(shape().url, 'revoke-session', { token: person.token, sessionId: device.sessionId }));
        expect(elapsed).toBeLessThan(endedWithinMs);
        expect(stays.sockets.map(({ socket }) => socket.connected)).toEqual([true, true]);
      } finally {
        await giveBack();
        for (const { close } of stays.sockets) close();
      }
    }, 30_000);
  });

  it('a process that is killed is started again on its port, and what was acknowledged is there', async () => {
    const [one, other] = await newFriends(shape());
    const socket = await connectSocket(shape().socketUrls[0], one.token);
    await socket.store({ to: other.id, chatType: 'friend', message: 'before' });
    const killed = cluster.processes.findLast(({ service }) => service === 'messaging');
    if (killed === undefined) throw new Error('no messaging process was announced');
    const restarted = cluster.nextProcess();
    process.kill(killed.pid, 'SIGKILL');
    expect(await restarted).toMatchObject({ service: 'messaging', port: killed.port });
    const clientMessageId = '01890000-0000-7000-8000-000000000001';
    // A send that fails in between, or is not answered in time, may be repeated: that is what its id is for.
    const sendUntilStored = async (): Promise<void> => {
      const reply = await socket.send({ to: other.id, chatType: 'friend', message: 'after', clientMessageId }).catch(() => undefined);
      if (reply === undefined || 'success' in reply) await sendUntilStored();
    };
    await sendUntilStored();
    const messages = await succeedWith<{ message: string; seq: number }[]>(shape().url, 'get-messages', { token: other.token, chatId: one.id, chatType: 'friend' });
    expect(messages.map(({ message, seq }) => [message, seq])).toEqual([['before', 1], ['after', 2]]);
    socket.close();
  }, 30_000);
});
