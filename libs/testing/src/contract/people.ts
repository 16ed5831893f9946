import { randomUUID } from 'node:crypto';
import { succeed, succeedWith } from './api-client';
import type { Shape } from './shape';

export interface TestPerson {
  id: string;
  email: string;
  password: string;
  token: string;
  refreshToken: string;
}

export const newEmail = (): string => `${randomUUID()}@example.com`;
export const testPassword = 'seven grey herons';

interface LoggedIn { id: string; token: string; refreshToken: string }

/** Registers, verifies and logs in somebody new, by the documented calls of contract mode. */
export const newPerson = async ({ url }: Shape, userName?: string): Promise<TestPerson> => {
  const account = { email: newEmail(), password: testPassword };
  const registered = await succeedWith<{ token: string }>(url, 'register', account);
  await succeed(url, 'verify-user', { token: registered.token });
  const { id, token, refreshToken } = await succeedWith<LoggedIn>(url, 'login', account);
  if (userName !== undefined) await succeed(url, 'update-profile', { token, userName });
  return { ...account, id, token, refreshToken };
};

export const befriend = async ({ url }: Shape, one: TestPerson, other: TestPerson): Promise<void> => {
  await succeed(url, 'sent-request', { token: one.token, to: other.id });
  await succeed(url, 'accept-request', { token: other.token, to: one.id });
};

/** Two people who are friends. */
export const newFriends = async (shape: Shape): Promise<[TestPerson, TestPerson]> => {
  const [one, other] = await Promise.all([newPerson(shape), newPerson(shape)]);
  await befriend(shape, one, other);
  return [one, other];
};

/** A group with its creator and those who joined. */
export const newGroup = async ({ url }: Shape, owner: TestPerson, others: readonly TestPerson[]): Promise<string> => {
  const { id } = await succeedWith<{ id: string }>(url, 'create-group', { token: owner.token, groupName: `group of ${owner.email.slice(0, 8)}` });
  for (const { token } of others) await succeed(url, 'join-group', { token, groupId: id });
  return id;
};
