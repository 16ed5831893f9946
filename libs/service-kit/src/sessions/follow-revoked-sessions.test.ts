import { createInProcessEvents } from '@chat-backend/events';
import pino from 'pino';
import { Refusal } from '../refusal';
import { followRevokedSessions } from './follow-revoked-sessions';

describe('a question about ended sessions that has no answer', () => {
  /** Follows, with the first question under way until it is let fail. */
  const follow = () => {
    const lines: string[] = [];
    let fail = (): void => undefined;
    const answer = new Promise<never>((_resolve, reject) => { fail = () => { reject(new Refusal('UNAVAILABLE')); }; });
    answer.catch(() => undefined);
    const logger = pino({ level: 'debug' }, { write: (line) => { lines.push(line); } });
    const revoked = followRevokedSessions({ events: createInProcessEvents(), logger, internal: { call: () => answer } });
    const failed = async (): Promise<string[]> => {
      fail();
      await answer.catch(() => undefined);
      await new Promise((resolve) => { setImmediate(resolve); });
      return lines;
    };
    return { revoked, failed };
  };

  it('is told in the log', async () => {
    const { revoked, failed } = follow();
    expect(await failed()).toEqual([expect.stringContaining('auth does not tell which sessions ended')]);
    revoked.stop();
  });

  it('is nobody\'s concern in a process that stops', async () => {
    const { revoked, failed } = follow();
    revoked.stop();
    expect(await failed()).toEqual([]);
  });
});
