import { randomUUID } from 'node:crypto';
import { apiPrefix } from '@chat-backend/contracts';
import { createTokenSigner, type ProcessContext, type Service } from '@chat-backend/service-kit';
import { createTestContext, createTestDatabase, watchUserLogs, type LogsWatch, type TestDatabase } from '@chat-backend/testing';
import request from 'supertest';
import { deriveCode } from './challenges/derive-code';
import { createLinkFor, type MailKind } from './challenges/link-token';
import { startAuth } from './main';

export interface ReplyData {
  id: string; email: string; token: string; refreshToken: string; expiresIn: number; otp: string; message: string; isVerifyed: boolean; isTwoFactorEnabled: boolean;
}
export interface Reply { status: number; headers: Record<string, string>; body: { success: boolean; message: string; code?: string; data: ReplyData } }

interface MailFound { kind: MailKind; address: string; challenge_id: string | null; challenge_turn: number | null }

/** The auth service with a database of its own, entered by the front door. Codes are read as the mails would carry them. */
export interface AuthUnderTest {
  service: Service;
  context: ProcessContext;
  database: TestDatabase;
  call(name: string, body?: object, headers?: Record<string, string>): Promise<Reply>;
  /** What the act adds to the logs of users and announces. */
  addedBy: LogsWatch;
  /** Mails to the address, oldest first. */
  mailsTo(email: string): Promise<MailFound[]>;
  /** The code in the newest mail to the address. */
  mailedCode(email: string): Promise<string>;
  /** The token of the link in the newest mail to the address. */
  mailedToken(email: string): Promise<string>;
  stop(): Promise<void>;
}

export const startAuthUnderTest = async (env: NodeJS.ProcessEnv = {}): Promise<AuthUnderTest> => {
  const database = await createTestDatabase();
  const context = createTestContext(database, { env });
  const service = await startAuth(context);
  const linkFor = createLinkFor(createTokenSigner(context.keys.tokens[0]), 'https://chat.test');

  const mailsTo = (email: string) => database.query<MailFound>('select kind, address, challenge_id, challenge_turn from mails where address = $1 order by created_at, id', [email]);
  const newestMail = async (email: string): Promise<MailFound> => {
    const newest = (await mailsTo(email)).at(-1);
    if (newest === undefined) throw new Error(`no mail to ${email}`);
    return newest;
  };

  return {
    service, context, database, mailsTo,
    addedBy: watchUserLogs(database, context.events),
    call: async (name, body = {}, headers = {}) => request(service.app).post(`${apiPrefix}/${name}`).set(headers).send(body),
    async mailedCode(email) {
      const mail = await newestMail(email);
      return deriveCode(context.keys.codes[0], mail.challenge_id ?? '', mail.challenge_turn ?? 0);
    },
    async mailedToken(email) {
      const { kind, address, challenge_id: challengeId, challenge_turn: challengeTurn } = await newestMail(email);
      return new URL(linkFor({ kind, address, challengeId, challengeTurn }) ?? '').searchParams.get('token') ?? '';
    },
    async stop() {
      await service.drain();
      await service.close();
      await database.drop();
    },
  };
};

export const newEmail = (): string => `${randomUUID()}@example.com`;
/** Not among the common ones, which strict mode refuses. */
export const password = 'seven grey herons';
export const otherThan = (code: string): string => (code === '000000' ? '000001' : '000000');

/** Registers and verifies an address in strict mode. */
export const verifiedUser = async (auth: AuthUnderTest, options: { twoFactor?: boolean } = {}): Promise<string> => {
  const email = newEmail();
  await auth.call('register', { email, password });
  await auth.call('verify-user', { token: await auth.mailedToken(email) });
  if (options.twoFactor === true) await auth.database.query('update users set is_two_factor_enabled = true where email = $1', [email]);
  return email;
};
