import { post } from './api-client';
import { newEmail, newFriends, newGroup, newPerson, testPassword } from './people';
import { connectSocket } from './socket-client';
import type { CurrentShape } from './shape';

const text = expect.any(String) as string;
const person = { id: text, user_name: text, about: text, profile_image: text };
const group = { id: text, groupName: text, about: text, profileImage: text };
const profile = { profileImage: 'https://images.example/new.png', about: 'new about', age: 25, userName: 'new name' };

/** Every documented endpoint with the document's own message and fields; what is added beside them is allowed. */
export const describeDocumentedReplies = (shape: CurrentShape): void => {
  const answers = async (name: string, body: object, expected: object): Promise<void> => {
    const reply = await post(shape().url, name, body);
    expect({ status: reply.status, body: reply.body }).toMatchObject({ status: 200, body: { success: true, ...expected } });
  };

  describe('accounts', () => {
    const account = { email: newEmail(), password: testPassword };
    const call = async (name: string, body: object): Promise<string> => {
      const { data } = (await post(shape().url, name, body)).body as { data: { token: string } };
      return data.token;
    };

    it('register', () => answers('register', account, {
      message: 'User registered successfully', data: { email: account.email, token: text, otp: expect.stringMatching(/^\d{6}$/) as string },
    }));
    it('login', () => answers('login', account, {
      message: 'User login successfully',
      data: { email: account.email, token: text, otp: expect.stringMatching(/^\d{6}$/) as string, isVerifyed: false, isTwoFactorEnabled: expect.any(Boolean) as boolean },
    }));
    it('resend-email', async () => answers('resend-email', { token: await call('login', account) }, {
      message: 'otp sent successfully', data: { otp: expect.stringMatching(/^\d{6}$/) as string, email: account.email },
    }));
    it('verify-user', async () => {
      await answers('verify-user', { token: await call('login', account) }, { message: 'verification successfully', data: { message: 'verification updated' } });
      await answers('login', account, { data: { isVerifyed: true } });
    });
    it('forgot-password', () => answers('forgot-password', { email: account.email }, {
      message: 'forgot email sent successfully', data: { otp: expect.stringMatching(/^\d{6}$/) as string, token: text },
    }));
    it('update-password', async () => {
      const token = await call('forgot-password', { email: account.email });
      await answers('update-password', { token, password: 'new_password' }, { message: 'password updated successfully', data: { message: 'password updated' } });
      await answers('login', { email: account.email, password: 'new_password' }, {});
    });
    it('update-profile', async () => answers('update-profile', { token: await call('login', { ...account, password: 'new_password' }), ...profile }, {
      message: 'profile update successfully', data: profile,
    }));
    it('get-user-details', async () => answers('get-user-details', { token: await call('login', { ...account, password: 'new_password' }) }, {
      message: 'profile update successfully', data: { email: account.email, ...profile },
    }));
  });

  describe('friends', () => {
    const twoPeople = async () => {
      const people = await Promise.all([newPerson(shape()), newPerson(shape())]);
      for (const { token } of people) await post(shape().url, 'update-profile', { token, ...profile });
      return people;
    };

    it('sent-request, accept-request and the lists', async () => {
      const [one, other] = await twoPeople();
      await answers('sent-request', { token: one.token, to: other.id }, { message: 'Request sent successfully.' });
      await answers('get-all-user-sent-requests', { token: one.token }, { message: 'Profile updated successfully', data: [{ ...person, id: other.id, user_name: profile.userName }] });
      await answers('accept-request', { token: other.token, to: one.id }, { message: 'Request accepted successfully.' });
      for (const [me, friend] of [[one, other], [other, one]] as const) {
        await answers('get-all-users-accept-requests', { token: me.token }, { message: 'Users list retrieved successfully', data: [{ ...person, id: friend.id }] });
        await answers('get-all-friends', { token: me.token }, { message: 'Friends list retrieved successfully', data: [{ ...person, id: friend.id, about: profile.about }] });
      }
      await answers('get-all-user-sent-requests', { token: one.token }, { data: [] });
    });
    it('reject-request', async () => {
      const [one, other] = await twoPeople();
      await answers('sent-request', { token: one.token, to: other.id }, {});
      await answers('reject-request', { token: other.token, to: one.id }, { message: 'Request rejected successfully.' });
      await answers('get-all-friends', { token: one.token }, { data: [] });
      await answers('get-all-users-accept-requests', { token: one.token }, { data: [] });
    });
  });

  describe('groups', () => {
    it('create-group, join-group and the lists', async () => {
      const [owner, other] = await Promise.all([newPerson(shape()), newPerson(shape())]);
      const described = { groupName: 'group_name', about: 'group_about', profileImage: 'group_profile_image' };
      await answers('create-group', { token: owner.token, ...described }, { message: 'Group created successfully' });
      const { body } = await post(shape().url, 'get-all-groups', { token: owner.token });
      expect(body).toMatchObject({ success: true, message: 'Groups retrieved successfully', data: [{ ...group, ...described }] });
      const [{ id: groupId }] = body['data'] as [{ id: string }];
      await answers('get-all-groups-join', { token: other.token }, { message: 'Groups available to join', data: expect.arrayContaining([expect.objectContaining({ id: groupId, ...described })]) as unknown[] });
      await answers('join-group', { token: other.token, groupId }, { message: 'Group joined successfully' });
      await answers('join-group', { token: other.token, groupId }, { message: 'Group joined successfully' });
      await answers('get-all-groups', { token: other.token }, { data: [{ id: groupId, ...described }] });
    });
  });

  describe('chats', () => {
    it('get-chat-details and get-messages of a friend and of a group', async () => {
      const [one, other] = await newFriends(shape());
      await post(shape().url, 'update-profile', { token: other.token, ...profile });
      const groupId = await newGroup(shape(), one, [other]);
      await answers('get-chat-details', { token: one.token, chatId: other.id, chatType: 'friend' }, {
        message: 'Chat details retrieved successfully', data: { id: other.id, user_name: profile.userName, about: profile.about, profile_image: profile.profileImage }, userId: one.id,
      });
      await answers('get-chat-details', { token: one.token, chatId: groupId, chatType: 'group' }, {
        message: 'Chat details retrieved successfully', data: { id: groupId, user_name: text }, userId: one.id,
      });
      const socket = await connectSocket(shape().socketUrls[0], one.token);
      for (const [to, chatType] of [[other.id, 'friend'], [groupId, 'group']] as const) {
        expect(await socket.send({ to, chatType, message: 'message_content', messageType: 'TEXT' })).toMatchObject({ to, from: one.id });
        await answers('get-messages', { token: one.token, chatId: to, chatType }, {
          message: 'Messages retrieved successfully',
          data: [{ from: one.id, to, message: 'message_content', messageType: 'TEXT', createdAt: text, updatedAt: text }],
        });
      }
      socket.close();
    });
  });
};
