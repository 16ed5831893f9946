import { newId } from '@chat-backend/database';
import type { Service } from '@chat-backend/service-kit';
import { testToken, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { befriend, makeGroup, sendMany, unfriend, withOneService } from '../messaging.fixture';

describe('get-chat-details', () => {
  let database: TestDatabase;
  let service: Service;
  withOneService((given) => { ({ database, service } = given); });

  const call = (userId: string, chatId: string, chatType: 'friend' | 'group') =>
    request(service.app).post('/api/v1/get-chat-details').send({ token: testToken(userId), chatId, chatType });
  const makeUser = async (): Promise<string> => {
    const id = newId();
    await database.query(
      `insert into users (id, email, user_name, about, password_hash, pepper_id, updated_at) values ($1, $2, 'ada', 'counts', 'x', 'x', now())`, [id, `${id}@example.com`]);
    return id;
  };

  it('shows a friend, and whoever shares a history', async () => {
    const [mine, theirs] = [newId(), await makeUser()];
    await befriend(database, mine, theirs);
    const reply = await call(mine, theirs, 'friend');
    expect([reply.status, reply.body]).toEqual([200, {
      success: true, message: 'Chat details retrieved successfully',
      data: { id: theirs, user_name: 'ada', about: 'counts', profile_image: null }, userId: mine,
    }]);
    await sendMany(service, mine, theirs, 'friend', 1);
    await unfriend(database, mine, theirs);
    expect((await call(mine, theirs, 'friend')).status).toBe(200);
  });

  it('does not show strangers, nor tell whether they exist', async () => {
    for (const stranger of [await makeUser(), newId()]) {
      const reply = await call(newId(), stranger, 'friend');
      expect([reply.status, reply.body]).toMatchObject([404, { code: 'USER_NOT_FOUND' }]);
    }
  });

  it('shows any open group', async () => {
    const [mine, group] = [newId(), await makeGroup(database)];
    const reply = await call(mine, group, 'group');
    expect(reply.body).toMatchObject({ data: { id: group, user_name: 'climbers', about: 'on rock', profile_image: null }, userId: mine });
    await database.query('update groups set closed_at = now() where id = $1', [group]);
    const closed = await call(mine, group, 'group');
    expect([closed.status, closed.body]).toMatchObject([404, { code: 'GROUP_NOT_FOUND' }]);
  });
});
