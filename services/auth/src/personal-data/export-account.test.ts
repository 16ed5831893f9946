import type { AccountRecord } from '@chat-backend/contracts';
import { newId } from '@chat-backend/database';
import { password, startAuthUnderTest, verifiedUser, type AuthUnderTest } from '../auth.fixture';

interface ExportReply { data: AccountRecord[]; nextCursor?: string }

describe('export-account', () => {
  let auth: AuthUnderTest;
  let email: string;
  let token: string;
  let userId: string;
  beforeAll(async () => {
    auth = await startAuthUnderTest();
    email = await verifiedUser(auth);
    ({ body: { data: { token, id: userId } } } = await auth.call('login', { email, password }));
  });
  afterAll(() => auth.stop());

  const page = async (cursor?: string): Promise<ExportReply> => {
    const { status, body } = await auth.call('export-account', { token, ...(cursor === undefined ? {} : { cursor }) });
    expect(status).toBe(200);
    return body as unknown as ExportReply;
  };
  const pages = async (): Promise<AccountRecord[][]> => {
    const read: AccountRecord[][] = [];
    for (let cursor: string | undefined; read.length === 0 || cursor !== undefined;) {
      const { data, nextCursor } = await page(cursor);
      read.push(data);
      cursor = nextCursor;
    }
    return read;
  };

  it('gives the account, its sessions and the mails that were written to it, and nothing that opens it', async () => {
    await auth.call('update-profile', { token, userName: 'a name', about: 'a life', age: 30, profileImage: 'https://example.com/me.png' });
    await verifiedUser(auth);
    const exported = (await pages()).flat();
    const at = expect.any(String) as string;
    expect(exported).toEqual([
      {
        kind: 'account', id: userId, email, isVerified: true, isTwoFactorEnabled: false, userName: 'a name', about: 'a life', age: 30, profileImage: 'https://example.com/me.png',
        createdAt: at, updatedAt: at,
      },
      { kind: 'session', id: auth.context.tokens.verify(token).sessionId, device: null, createdAt: at, expiresAt: at, revokedAt: null },
      { kind: 'mail', id: at, purpose: 'verifyAddress', address: email, status: at, createdAt: at, sentAt: (exported.at(-1) as { sentAt: string | null }).sentAt },
    ]);
    const [stored] = await auth.database.query<{ password_hash: string }>('select password_hash from users where id = $1', [userId]);
    expect(JSON.stringify(exported)).not.toContain(stored?.password_hash);
  });

  it('comes in pages of a hundred, whatever their number, each record once', async () => {
    await auth.database.query(
      `insert into mails (id, user_id, kind, address, status) select id, $2, 'verifyAddress', $3, 'sent' from unnest($1::uuid[]) id`,
      [Array.from({ length: 2_500 }, () => newId()), userId, email]);
    const read = await pages();
    expect(Math.max(...read.map(({ length }) => length))).toBe(100);
    const mails = read.flat().filter(({ kind }) => kind === 'mail');
    expect([mails.length, new Set(mails.map(({ id }) => id)).size]).toEqual([2_501, 2_501]);
  });

  it('refuses a session that is over, and a cursor that it did not give', async () => {
    expect(await auth.call('export-account', { token, cursor: 'bm9uc2Vuc2U' })).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST', errors: [{ field: 'cursor' }] } });
    const forged = Buffer.from(JSON.stringify(['export-account', { section: 7 }])).toString('base64url');
    expect(await auth.call('export-account', { token, cursor: forged })).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    await auth.call('logout', { token });
    expect(await auth.call('export-account', { token })).toMatchObject({ status: 401, body: { code: 'SESSION_REVOKED' } });
  });
});
