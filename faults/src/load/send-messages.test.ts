import type { LoadClient } from '../clients/load-client';
import { createRandom } from '../random';
import { sendMessages } from './send-messages';

const person = { id: 'anna', sessionId: '', token: '', chats: [{ conversation: 'one', chatId: 'ben', chatType: 'friend' as const }] };

/** Sends ten messages, to begin with. @returns how many it was in the end */
const sentWhile = async (goesOn: (sent: number) => boolean): Promise<number> => {
  let sent = 0;
  const client: Pick<LoadClient, 'send' | 'undecided'> = { async send() { sent += 1; }, undecided: () => 0 };
  await sendMessages({
    people: [person], clientsOf: () => [client], messages: 10, overMs: 40, goesOn: () => goesOn(sent), random: createRandom(1),
  }, () => {});
  return sent;
};

describe('the load', () => {
  it('is as many messages as were asked for', async () => {
    expect(await sentWhile(() => false)).toBe(10);
  });

  it('goes on while faults do, so that somebody comes by the last one', async () => {
    expect(await sentWhile((sent) => sent < 50)).toBeGreaterThanOrEqual(50);
  });
});
