import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServiceApp, unaudited } from '@chat-backend/service-kit';
import { createTestContext } from '@chat-backend/testing';
import type { Express } from 'express';
import request from 'supertest';
import { inboxSize, openLocalInbox, type LocalInbox } from './local-inbox';
import type { OutgoingMail } from './mail-transport';
import { serveInbox } from './serve-inbox';

const mailAt = (second: number, changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
  id: randomUUID(), to: 'ada@example.com', subject: `Mail ${second}`, text: 'Hello', html: '<p>Hello</p>', createdAt: new Date(second * 1000), ...changes,
});

describe('the local inbox', () => {
  let folder: string;
  let inbox: LocalInbox;
  let app: Express;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(process.env['TEST_FOLDER'] ?? tmpdir(), 'inbox-')), 'inbox');
    inbox = openLocalInbox(folder);
    const { logger, keys } = createTestContext(undefined);
    app = createServiceApp({ logger, internalKeys: keys.internal, internal: {}, audit: unaudited, routes: (routes) => { routes.use(serveInbox(inbox)); } });
  });

  it('is empty before the first mail', async () => {
    const reply = await request(app).get('/inbox.json');
    expect([reply.status, reply.body]).toEqual([200, []]);
    expect((await request(app).get('/inbox')).text).toContain('No mail yet');
  });

  it('shows mails newest first, as JSON without what they do not have', async () => {
    const [first, second] = [mailAt(1), mailAt(2, { code: '123456', link: 'https://chat.test/verify-email?token=t' })];
    await inbox.deliver(second);
    await inbox.deliver(first);
    expect((await request(app).get('/inbox.json')).body).toEqual([{ ...second, createdAt: '1970-01-01T00:00:02.000Z' }, { ...first, createdAt: '1970-01-01T00:00:01.000Z' }]);
  });

  it('keeps one file of a mail that is delivered twice, the newest mails only, and all of it from other accounts', async () => {
    const twice = mailAt(10_000);
    for (let second = 1; second <= inboxSize + 3; second++) await inbox.deliver(mailAt(second));
    await inbox.deliver(twice);
    await inbox.deliver(twice);
    const mails = await inbox.read();
    expect(mails).toHaveLength(inboxSize);
    expect([mails[0]?.subject, mails[1]?.subject, mails.at(-1)?.subject]).toEqual(['Mail 10000', `Mail ${inboxSize + 3}`, 'Mail 5']);
    const files = await readdir(folder);
    expect(files).toHaveLength(inboxSize);
    expect((await stat(folder)).mode & 0o077).toBe(0);
    expect((await stat(join(folder, files[0] ?? ''))).mode & 0o077).toBe(0);
  });

  it('escapes everything on its page, which runs nothing', async () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=\'alert(2)\'>';
    await inbox.deliver(mailAt(1, { to: hostile, subject: hostile, text: hostile, code: hostile, link: hostile }));
    const page = await request(app).get('/inbox');
    expect(page.headers['content-security-policy']).toContain(`default-src 'none'`);
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.text).not.toMatch(/<script|<img|onerror='/);
    expect(page.text).toContain('&quot;&gt;&lt;script&gt;');
  });

  it('shows a mail as mail programs do, where nothing is loaded and no script runs', async () => {
    const mail = mailAt(1, { html: '<p style="color:red">Hello</p>' });
    await inbox.deliver(mail);
    expect((await request(app).get('/inbox')).text).toContain(`href="?mail=${mail.id}"`);
    const page = await request(app).get(`/inbox?mail=${mail.id}`);
    expect([page.status, page.type, page.text]).toEqual([200, 'text/html', mail.html]);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'unsafe-inline';.* sandbox allow-top-navigation-by-user-activation$/);
    expect((await request(app).get(`/inbox?mail=${randomUUID()}`)).status).toBe(404);
  });

  it('reloads by itself unless asked not to', async () => {
    expect((await request(app).get('/inbox')).text).toContain('http-equiv="refresh"');
    expect((await request(app).get('/inbox?refresh=off')).text).not.toContain('http-equiv="refresh"');
  });

  it.each(['/inbox', '/inbox?mail=1', '/inbox.json'])('is not there at %s for who comes from elsewhere', async (path) => {
    await inbox.deliver(mailAt(1, { code: '123456' }));
    for (const headers of [{ 'X-Forwarded-For': '127.0.0.1' }, { Forwarded: 'for=127.0.0.1' }, { Host: 'rebound.example.com:2001' }]) {
      const reply = await request(app).get(path).set(headers);
      expect([headers, reply.status, (reply.body as { code?: string }).code]).toEqual([headers, 404, 'ENDPOINT_NOT_FOUND']);
      expect(reply.text).not.toContain('123456');
    }
  });
});
