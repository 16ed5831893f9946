import type { ClientEventName } from '@chat-backend/contracts';
import { fieldErrors, Refusal, type AuditTrail, type Caller, type Logger } from '@chat-backend/service-kit';
import type { z } from 'zod';
import type { ChatSocket } from '../chat-server';
import { failureFrom } from '../failures';
import type { AdmitEvent } from './limit-rates';
import { readEvent, type Event } from './read-event';

export interface EventServerDependencies {
  logger: Logger;
  /** False once this process is stopping. */
  takesEvents: () => boolean;
  audit: Pick<AuditTrail, 'refused'>;
}

/** What makes an event: its schema, who may send how many, and the verb that answers it. */
export interface ServedEvent<Payload, Reply> {
  name: ClientEventName;
  payload: z.ZodType<Payload>;
  admit: AdmitEvent;
  /** @throws Refusal */
  answer: (caller: Caller, payload: Payload, socket: ChatSocket) => Promise<Reply>;
}

/**
 * Serves events whose answer is one call away. The acknowledgement gets the reply's fields or the failure; without one, a failure goes out as
 * `eventFailed`. `sendMessage` is not among them: it has a way of its own, for the sake of speed.
 */
export interface EventServer {
  /** @returns the listener, one for all sockets: an idle one costs no closure */
  serve<Payload, Reply>(event: ServedEvent<Payload, Reply>): (this: ChatSocket, ...given: unknown[]) => void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** One client must not take all the turns that there are. */
const askingPerSocket = 10;

export const createEventServer = ({ logger, takesEvents, audit }: EventServerDependencies): EventServer => {
  const underWay = new Set<Promise<void>>();

  /** @throws Refusal */
  const answerOne = async <Payload, Reply>(socket: ChatSocket, { admit, payload, answer }: ServedEvent<Payload, Reply>, event: Event): Promise<Reply> => {
    if (!takesEvents()) throw new Refusal('UNAVAILABLE');
    const { caller } = socket.data;
    admit(caller.userId);
    if (event.fault !== undefined) throw new Refusal('INVALID_REQUEST', { errors: [event.fault] });
    const given = payload.safeParse(event.payload);
    if (!given.success) throw new Refusal('INVALID_REQUEST', { errors: fieldErrors(given.error) });
    if (socket.data.asking >= askingPerSocket) throw new Refusal('BUSY');
    socket.data.asking += 1;
    try {
      return await answer(caller, given.data, socket);
    } finally {
      socket.data.asking -= 1;
    }
  };

  const fail = (socket: ChatSocket, name: ClientEventName, { acknowledge }: Event, error: unknown): void => {
    if (error instanceof Refusal) audit.refused({ refusal: error, call: name, userId: socket.data.caller.userId, address: socket.data.address });
    else logger.error({ err: error, event: name }, 'an event failed');
    const failure = failureFrom(error);
    if (acknowledge === undefined) socket.emit('eventFailed', { ...failure, event: name });
    else acknowledge(failure);
  };

  return {
    serve: (served) => function (this: ChatSocket, ...given: unknown[]): void {
      const event = readEvent(given);
      const answering = answerOne(this, served, event)
        .then((reply) => { event.acknowledge?.(reply); }, (error: unknown) => { fail(this, served.name, event, error); })
        .finally(() => { underWay.delete(answering); });
      underWay.add(answering);
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};
