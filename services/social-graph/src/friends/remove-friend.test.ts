import { newId, orderedPair } from '@chat-backend/database';
import { createTestContext, createTestDatabase, testToken, type TestDatabase } from '@chat-backend/testing';
import type { Service } from '@chat-backend/service-kit';
import request from 'supertest';
import { startSocialGraph } from '../main';

describe('remove-friend', () => {
  let database: TestDatabase;
  let service: Service;
  beforeAll(async () => {
    database = await createTestDatabase();
    service = await startSocialGraph(createTestContext(database));
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const call = (userId: string, body: object) => request(service.app).post('/api/v1/remove-friend').send({ token: testToken(userId), ...body });

  it('ends the friendship for both', async () => {
    const [mine, theirs] = [newId(), newId()];
    const { lowUserId, highUserId } = orderedPair(mine, theirs);
    await database.query('insert into friendships (low_user_id, high_user_id) values ($1, $2)', [lowUserId, highUserId]);
    const reply = await call(mine, { to: theirs });
    expect([reply.status, reply.body]).toEqual([200, { success: true, message: 'Friend removed successfully.' }]);
    expect(await database.query('select 1 from friendships')).toEqual([]);
  });

  it('refuses who is not a friend', async () => {
    const reply = await call(newId(), { to: newId() });
    expect(reply.status).toBe(404);
    expect(reply.body).toMatchObject({ success: false, code: 'FRIEND_NOT_FOUND', requestId: expect.any(String) as string });
  });
});
