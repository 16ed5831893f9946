import { Redis } from 'ioredis';
import { startTestRedis } from './test-redis';

describe('a private Redis', () => {
  it('serves on a port of its own and never evicts', async () => {
    const server = await startTestRedis();
    const client = new Redis(server.url);
    expect(await client.set('key', 'value')).toBe('OK');
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    expect(await client.config('GET', 'save')).toEqual(['save', '']);
    expect(await client.info('server')).toContain(`process_id:${server.pid}\r\n`);
    client.disconnect();
    await server.stop();
    expect(() => process.kill(server.pid, 0)).toThrow('ESRCH');
  }, 60_000);

  it('ends when it is killed and says so, and its port can be used again', async () => {
    const first = await startTestRedis();
    await first.kill();
    await first.exited;
    const second = await startTestRedis({ port: first.port });
    expect(second.pid).not.toBe(first.pid);
    await second.stop();
  }, 60_000);

  it('refuses a port that is taken instead of speaking to a stranger', async () => {
    const first = await startTestRedis();
    await expect(startTestRedis({ port: first.port })).rejects.toThrow('before it served');
    await first.stop();
  }, 60_000);
});
