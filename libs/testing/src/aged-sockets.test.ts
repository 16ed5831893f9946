import { randomUUID } from 'node:crypto';
import { createChatClient, type ChatClient, type ChatMessage } from '@chat-backend/client';
import { io } from 'socket.io-client';
import { startOneProcess } from './contract/start-one-process';
import { testToken } from './test-context';

const maxAgeSeconds = 0.8;
const endsEach = 2;

/** The real product, whose sockets live for so long at most. */
describe('sockets that are ended for their age', () => {
  let product: Awaited<ReturnType<typeof startOneProcess>>;
  beforeAll(async () => { product = await startOneProcess({ EXPOSE_OTP: 'true', SOCKET_MAX_AGE_SECONDS: String(maxAgeSeconds) }); }, 60_000);
  afterAll(() => product.stop(), 60_000);

  interface Person { id: string; client: ChatClient; messages: ChatMessage[]; faults: unknown[]; ends: number }
  const signUp = async (): Promise<Person> => {
    const account = { email: `${randomUUID()}@example.com`, password: 'password123' };
    // Whoever came back without being told when would wait for minutes.
    const client = createChatClient({ url: product.url, transports: ['websocket'], timing: { reconnectBaseMs: 600_000, reconnectCapMs: 600_000 } });
    const { token } = await client.register(account);
    await client.verify({ token });
    const signedIn = await client.signIn(account);
    if (!signedIn.isSignedIn) throw new Error('contract mode signs in without a code');
    const person: Person = { id: signedIn.userId, client, messages: [], faults: [], ends: 0 };
    client.on('message', (message) => { person.messages.push(message); });
    client.on('fault', (fault) => { person.faults.push(fault); });
    client.on('state', (state) => { if (state === 'offline') person.ends += 1; });
    await client.connect();
    return person;
  };

  const allOf = ({ client, messages }: Person, count: number): Promise<void> => new Promise((resolve) => {
    const look = (): void => { if (messages.length >= count) { stop(); resolve(); } };
    const stop = client.on('message', look);
    look();
  });

  it('lose nothing, double nothing and keep the order: the client library comes back when it was told to', async () => {
    const [one, other] = [await signUp(), await signUp()];
    await one.client.call('sent-request', { to: other.id });
    await other.client.call('accept-request', { to: one.id });
    let sent = 0;
    while (one.ends < endsEach || other.ends < endsEach) {
      sent += 1;
      await one.client.send({ to: other.id, chatType: 'friend', message: `message ${sent}` }).stored;
    }
    await allOf(other, sent);
    expect(other.messages.map(({ seq, message }) => `${seq}:${message}`)).toEqual(Array.from({ length: sent }, (_, index) => `${index + 1}:message ${index + 1}`));
    expect([one.faults, other.faults]).toEqual([[], []]);
    await Promise.all([one.client.close(), other.client.close()]);
  }, 40_000);

  it('come back by themselves where the client knows the documented events only', async () => {
    const socket = io(product.url, { auth: { token: testToken(randomUUID()) }, transports: ['websocket'], reconnectionDelay: 10, randomizationFactor: 0 });
    let connections = 0;
    await new Promise<void>((resolve) => { socket.on('connect', () => { connections += 1; if (connections === 1 + endsEach) resolve(); }); });
    socket.disconnect();
  }, 20_000);
});
