import { createServer, type AddressInfo, type Server } from 'node:net';
import { eventFailure, limits, socketEvents, type StoredMessage } from '@chat-backend/contracts';
import fc from 'fast-check';
import { post, refuse, succeed, succeedWith } from './api-client';
import { newFriends, newPerson } from './people';
import { connectSocket } from './socket-client';
import type { CurrentShape } from './shape';

const count = limits.pageSize;
/** The same texts each time. */
const seed = 20261126;
const special = [
  'e\u0301 is not \u00e9', '\u212b \u00c5 A\u030a', '\ufeffmark', '\u202eright to left\u202c', '\u200b', ' \t\r\n ', '\u0085\u2028\u2029', '\uffff\ufffe\ufffd', '\u{10ffff}', '\\u0000 \\ud800', '<script>alert(1)</script>', '"\'\\/`$1%s', '__proto__',
  'x'.repeat(limits.messageLength), '\u{1f600}'.repeat(limits.messageLength / 2), '\u0001'.repeat(1_000),
];
/** Every code point that there is, but NUL, which Postgres cannot hold. */
const texts = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).map((text) => text.replaceAll('\u0000', '\u0001'));
const unstorable: readonly (readonly [string, string])[] = [['NUL', 'a\u0000b'], ['NUL alone', '\u0000'], ['a lone high surrogate', 'a\ud800'], ['a lone low surrogate', '\udc00b'], ['surrogates in the wrong order', '\udc00\ud800']];

/** What people write comes back as it was written, as data and nothing else. */
export const describeContent = (shape: CurrentShape): void => {
  it('a message is the same for who sent it, is told of it, reads it and syncs it', async () => {
    const [one, other] = await newFriends(shape());
    const [sending, receiving] = await Promise.all([connectSocket(shape().socketUrls[0], one.token), connectSocket(shape().socketUrls[1], other.token)]);
    const sent = [...special, ...fc.sample(texts, { seed, numRuns: count - special.length })];
    for (const message of sent) await sending.store({ to: other.id, chatType: 'friend', message });
    const pushed = await receiving.receive(count);
    expect(pushed.map(({ message }) => message)).toEqual(sent);

    const read = await succeedWith<StoredMessage[]>(shape().url, 'get-messages', { token: other.token, chatId: one.id, chatType: 'friend', limit: count });
    expect(read.map(({ message }) => message)).toEqual(sent);

    const synced: string[] = [];
    for (let isComplete = false; !isComplete;) {
      const request = { conversations: [{ chatId: one.id, chatType: 'friend', afterSeq: synced.length, afterRevision: 0 }] };
      const reply = socketEvents.fromClient.sync.reply.parse(await receiving.ask('sync', request));
      synced.push(...reply.conversations.flatMap(({ messages }) => messages.map(({ message }) => message)));
      isComplete = reply.isComplete;
    }
    expect(synced).toEqual(sent);
    const stored = await shape().query<{ body: Buffer }>("select convert_to(body, 'UTF8') as body from messages where sender_id = $1 order by seq", [one.id]);
    expect(stored.map(({ body }) => body.toString('hex'))).toEqual(sent.map((text) => Buffer.from(text).toString('hex')));
    for (const socket of [sending, receiving]) socket.close();
  });

  it.each(unstorable)('a message with %s is refused, and told why', async (_what, message) => {
    const [one, other] = await newFriends(shape());
    const socket = await connectSocket(shape().socketUrls[0], one.token);
    const refused = eventFailure.parse(await socket.ask('sendMessage', { to: other.id, chatType: 'friend', message, messageType: 'TEXT' }));
    expect(refused).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'message', message: 'must not contain NUL or a lone surrogate' }] });
    expect(await shape().query('select id from messages where sender_id = $1', [one.id])).toEqual([]);
    socket.close();
  });

  it('links lead to https: alone, and names can be seen', async () => {
    const { url } = shape();
    const [one, other] = await newFriends(shape());
    const socket = await connectSocket(shape().socketUrls[0], one.token);
    for (const link of ['http://example.com/a.png', ' javascript:alert(1)', 'data:text/html,x', '//example.com/a.png']) {
      for (const [name, body] of [['update-profile', {}], ['create-group', { groupName: 'name' }]] as const) {
        const { body: refusal } = await refuse(url, name, { token: one.token, profileImage: link, ...body }, 400, 'INVALID_REQUEST');
        expect(refusal['errors']).toMatchObject([{ field: 'profileImage' }]);
      }
      for (const messageType of ['IMAGE', 'VIDEO'] as const) {
        expect(await socket.send({ to: other.id, chatType: 'friend', message: link, messageType })).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'message' }] });
      }
    }
    for (const name of ['\u200b', 'ann\u202egnp', 'ann\u0007']) {
      await refuse(url, 'update-profile', { token: one.token, userName: name }, 400, 'INVALID_REQUEST');
      await refuse(url, 'create-group', { token: one.token, groupName: name }, 400, 'INVALID_REQUEST');
    }
    socket.close();
  });

  it('every answer is data that no browser takes for a page', async () => {
    const { url } = shape();
    const { token } = await newPerson(shape());
    const answers = await Promise.all([
      post(url, 'get-user-details', { token }), post(url, 'get-user-details', {}), post(url, 'update-profile', { token, about: 7 }), post(url, 'get-user-details', '<html>'), post(url, 'no-such-call', {}),
      post(url, 'get-user-details', {}, { accept: 'application/problem+json' }), post(url, 'get-user-details', { token }, { accept: 'text/html' }),
    ]);
    for (const { headers } of answers) {
      expect([headers.get('x-content-type-options'), headers.get('content-type')]).toEqual(['nosniff', expect.stringMatching(/^application\/(problem\+)?json; charset=utf-8$/)]);
    }
    const polled = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
    expect([polled.headers.get('x-content-type-options'), polled.headers.get('content-type')]).toEqual(['nosniff', 'text/plain; charset=UTF-8']);
  });

  describe('an address that a client gives', () => {
    let listening: Server;
    let connections = 0;
    beforeAll(async () => {
      listening = createServer((socket) => { connections += 1; socket.destroy(); });
      await new Promise<void>((resolve) => { listening.listen(0, '127.0.0.1', resolve); });
    });
    afterAll(async () => { await new Promise((resolve) => { listening.close(resolve); }); });

    it('is followed by nobody', async () => {
      const { url } = shape();
      const host = `127.0.0.1:${(listening.address() as AddressInfo).port}`;
      const link = `https://${host}/image.png`;
      const [one, other] = await newFriends(shape());
      await succeed(url, 'update-profile', { token: one.token, profileImage: link, about: link, userName: link });
      const { id: groupId } = await succeedWith<{ id: string }>(url, 'create-group', { token: one.token, groupName: link, about: link, profileImage: link });
      await succeed(url, 'join-group', { token: other.token, groupId });
      const socket = await connectSocket(shape().socketUrls[0], one.token);
      for (const [to, chatType] of [[other.id, 'friend'], [groupId, 'group']] as const) {
        for (const messageType of ['TEXT', 'IMAGE', 'VIDEO'] as const) await socket.store({ to, chatType, message: link, messageType });
        await succeed(url, 'edit-message', { token: one.token, chatId: to, chatType, seq: 2, message: `${link}?edited` });
        await succeed(url, 'get-messages', { token: other.token, chatId: chatType === 'friend' ? one.id : groupId, chatType });
      }
      const headers = { origin: `https://${host}`, referer: link, 'x-forwarded-host': host, forwarded: `host=${host}`, 'x-original-url': link, 'x-callback-url': link };
      expect((await post(url, 'get-user-details', { token: one.token, callback: link, webhook: link, url: link }, headers)).status).toBe(200);
      await succeed(url, 'get-conversations', { token: other.token });
      socket.close();
      expect(connections).toBe(0);
    });
  });
};
