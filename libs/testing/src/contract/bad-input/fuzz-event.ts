import { errorCodes, eventFailure, limits, socketEvents, type ClientEventName } from '@chat-backend/contracts';
import { connectSocket, type TestSocket } from '../socket-client';
import { forEachAtOnce } from './at-once';
import { createFindings, rounds, sample } from './fuzzing';
import { inputsOf, type KnownValues } from './inputs-of-schema';

const callsAtOnce = 8;

/** A socket that is asked, also after the server has ended it: an event may have it ended, if the server says why. */
interface Asked {
  ask(input: unknown): Promise<unknown>;
  farewell(): object | undefined;
  socket: TestSocket;
}

const connect = async (url: string, token: string, name: ClientEventName): Promise<Asked> => {
  const socket = await connectSocket(url, token);
  let farewell: object | undefined;
  socket.socket.once('sessionEnded', (told: object) => { farewell = told; });
  return {
    socket,
    farewell: () => farewell,
    async ask(input) {
      if (farewell !== undefined) return { success: false, ...farewell };
      return socket.ask(name, input).catch((error: unknown) => {
        if (farewell === undefined) throw error;
        return { success: false, ...farewell };
      });
    },
  };
};

const judgeAnswer = (name: ClientEventName, input: unknown, answer: unknown, hasEnded: boolean): { code: string; fault: string | undefined } => {
  const { payload, reply } = socketEvents.fromClient[name];
  const failure = eventFailure.safeParse(answer);
  if (!failure.success) {
    const isValid = payload.safeParse(input).success;
    return { code: 'accepted', fault: isValid && reply.safeParse(answer).success ? undefined : `it was answered ${JSON.stringify(answer)}` };
  }
  const { code } = failure.data;
  if (hasEnded) return { code, fault: code in errorCodes ? undefined : `the socket was ended with ${code}` };
  const isRight = code in errorCodes && !['INTERNAL', 'UNAVAILABLE'].includes(code) && (code === 'INVALID_REQUEST' || payload.safeParse(input).success);
  return { code, fault: isRight ? undefined : `it was refused with ${code}` };
};

/** A frame that is too large ends the connection: another test's. */
const fitsInFrame = (text: string): boolean => Buffer.byteLength(text) <= limits.socketFrameBytes - 200;

/** Sends an event its inputs and judges every acknowledgement. */
export const fuzzEvent = async (name: ClientEventName, url: string, token: string, known: KnownValues): Promise<void> => {
  const findings = createFindings<unknown>();
  const inputs = inputsOf(socketEvents.fromClient[name].payload, known);
  let asked = await connect(url, token, name);
  for (const round of rounds) {
    if (!asked.socket.socket.connected) asked = await connect(url, token, name);
    const { ask, farewell } = asked;
    await forEachAtOnce(sample(inputs, round), callsAtOnce, async (input, index) => {
      const text = JSON.stringify(input);
      if (!fitsInFrame(text)) { findings.answered('not sent'); return; }
      const answer = await findings.sendTimed(input, ask);
      const { code, fault } = judgeAnswer(name, JSON.parse(text), answer, farewell() !== undefined);
      findings.answered(code);
      if (fault !== undefined) findings.fault(round, index, fault, text);
    });
    await findings.endRound(round, ask, (input) => JSON.stringify(input));
  }
  asked.socket.close();
  findings.expectNone(`event ${name}`);
};
