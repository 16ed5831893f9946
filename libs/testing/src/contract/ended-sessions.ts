import { succeedWith, post } from './api-client';
import type { TestPerson } from './people';
import { connectSocket, type TestSocket } from './socket-client';
import type { Shape } from './shape';

/** Promised are two seconds; the rest is for a busy machine. */
export const endedWithinMs = 2_500;

export interface Device { sessionId: string; token: string; refreshToken: string; sockets: TestSocket[] }

/** A further session of somebody, with a socket on each process. */
export const newDevice = async (shape: Shape, { email, password }: TestPerson, userAgent = 'a device'): Promise<Device> => {
  const reply = await post(shape.url, 'login', { email, password }, { 'user-agent': userAgent });
  const { token, refreshToken } = reply.body['data'] as { token: string; refreshToken: string };
  const listed = await succeedWith<{ id: string; isCurrent: boolean }[]>(shape.url, 'get-sessions', { token });
  const sessionId = listed.find(({ isCurrent }) => isCurrent)?.id ?? '';
  return { sessionId, token, refreshToken, sockets: await Promise.all(shape.socketUrls.map((url) => connectSocket(url, token))) };
};

const refusedOverRest = async ({ url }: Shape, token: string): Promise<string> => {
  for (const deadline = Date.now() + 2 * endedWithinMs; Date.now() < deadline;) {
    const { status, body } = await post(url, 'get-all-friends', { token });
    if (status === 401) return body['code'] as string;
  }
  return 'still let in';
};

/** Ends the session and waits for what must follow everywhere. @returns the milliseconds from the answer to the last of it */
export const msUntilEnded = async (shape: Shape, device: Device, end: () => Promise<unknown>): Promise<number> => {
  const closed = device.sockets.map(({ next }) => Promise.all([next('sessionEnded'), next('disconnect')]));
  await end();
  const endedAt = Date.now();
  const [code, ...ofSockets] = await Promise.all([refusedOverRest(shape, device.token), ...closed]);
  const elapsed = Date.now() - endedAt;
  expect(code).toBe('SESSION_REVOKED');
  for (const told of ofSockets) expect(told).toEqual([{ code: 'SESSION_REVOKED', message: 'The session has ended' }, 'io server disconnect']);
  return elapsed;
};
