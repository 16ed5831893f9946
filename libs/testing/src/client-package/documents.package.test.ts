import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Shape } from '../contract/shape';
import { startOneProcess } from '../contract/start-one-process';
import { startTestSmtpServer, type TestSmtpServer } from '../smtp-server';
import { typeErrorsIn } from './check-types';
import { programOf } from './code-blocks';
import { installPackage, type InstalledPackage } from './install-package';
import { runProgram } from './run-program';

let installed: InstalledPackage;
beforeAll(() => { installed = installPackage(); }, 60_000);
afterAll(() => { rmSync(dirname(installed.app), { recursive: true, force: true }); });

const hints = /^The connection is live\.$[^]*^Anna asks to be a friend\.$[^]*^Anna: .* \(\d unread\)$[^]*^✓ 1 Hello, Ben$[^]*^Ben can join Teapots\.$[^]*^groupId \S.*$[^]*Signed in on the phone: true$[^]*/m;

describe('with a server as npm start has it', () => {
  let product: Shape;
  beforeAll(async () => { product = await startOneProcess({ EXPOSE_OTP: 'true' }); }, 60_000);
  afterAll(() => product.stop());

  it('the quick start of the README works as it stands there', async () => {
    const { ended, output } = runProgram(installed.write('hello.mjs', programOf('README.md', product.url, 'sdk')), { folder: installed.app });
    expect({ code: await ended, output: output() }).toEqual({ code: 0, output: 'Ben reads message 1: Hello, Ben\n' });
  });

  it('the quick start takes 15 lines', () => {
    expect(programOf('README.md', '', 'sdk').split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(15);
  });

  it('the recipes work as they stand there', async () => {
    const { ended, output } = runProgram(installed.write('recipes.mjs', programOf('docs/recipes.md', product.url)), { folder: installed.app });
    expect({ code: await ended, output: output() }).toEqual({ code: 0, output: expect.stringMatching(hints) });
    expect(output()).not.toContain('The code from the mail');
  });
});

describe('with a strict server', () => {
  let [mails, product]: [TestSmtpServer | undefined, Shape | undefined] = [undefined, undefined];
  beforeAll(async () => {
    mails = await startTestSmtpServer();
    product = await startOneProcess({ SMTP_URL: mails.url });
  }, 60_000);
  afterAll(async () => {
    await product?.stop();
    await mails?.close();
  });

  it('the recipes work, with each code read from its mail', async () => {
    if (mails === undefined || product === undefined) throw new Error('nothing was started');
    const { waitForMail, mails: sent } = mails;
    const codes = (): string[] => sent.flatMap(({ text }) => /^Your code: (\d{6})$/m.exec(text)?.[1] ?? []);
    let asked = 0;
    const { ended, output } = runProgram(installed.write('recipes.mjs', programOf('docs/recipes.md', product.url)), {
      folder: installed.app,
      onOutput(text, type) {
        if (!text.includes('The code from the mail')) return;
        asked += 1;
        const number = asked;
        void waitForMail(() => codes().length >= number).then(() => { type(codes()[number - 1] ?? ''); });
      },
    });
    expect({ code: await ended, output: output() }).toEqual({ code: 0, output: expect.stringMatching(hints) });
    expect(asked).toBe(5);
  });
});

it('both are programs that the compiler takes as they stand, with every declaration checked', () => {
  const files = [['hello.mts', programOf('README.md', '', 'sdk')], ['recipes.mts', programOf('docs/recipes.md', '')]] as const;
  for (const [name, code] of files) installed.write(name, code);
  expect(typeErrorsIn(installed.app, files.map(([name]) => name), 'node16')).toBe('');
});
