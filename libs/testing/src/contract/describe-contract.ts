import { describeAdditionalEndpoints } from './additional-endpoints';
import { describeBodies } from './bodies';
import { describeCatchingUp } from './catching-up';
import { describeContent } from './content';
import { describeDocumentedReplies } from './documented-replies';
import { describeGateway } from './gateway';
import { describeRawCalls } from './raw-calls';
import { describeSessions } from './sessions';
import type { Shape } from './shape';
import { describeSockets } from './sockets';
import { describeSocketsCatchingUp } from './sockets-catching-up';
import { describeStory } from './story';
import { describeTokens } from './tokens';

const startTimeoutMs = 120_000;

/**
 * The documented contract in contract mode, against the product in one of its shapes.
 * @param more tests of this shape alone
 */
export const describeContract = (name: string, start: () => Promise<Shape>, more: (shape: () => Shape) => void = () => undefined): void => {
  describe(name, () => {
    let running: Shape | undefined;
    const shape = (): Shape => {
      if (running === undefined) throw new Error(`${name} is not running`);
      return running;
    };
    beforeAll(async () => { running = await start(); }, startTimeoutMs);
    afterAll(async () => { await running?.stop(); }, startTimeoutMs);

    describe('the story', () => { describeStory(shape); });
    describe('documented replies', () => { describeDocumentedReplies(shape); });
    describe('additional endpoints', () => { describeAdditionalEndpoints(shape); });
    describe('catching up', () => { describeCatchingUp(shape); });
    describe('tokens', () => { describeTokens(shape); });
    describe('sessions', () => { describeSessions(shape); });
    describe('bodies', () => { describeBodies(shape); });
    describe('sockets', () => { describeSockets(shape); });
    describe('sockets that catch up', () => { describeSocketsCatchingUp(shape); });
    describe('the gateway', () => { describeGateway(shape); });
    describe('content', () => { describeContent(shape); });
    describe('raw calls', () => { describeRawCalls(shape); });
    more(shape);
  });
};
