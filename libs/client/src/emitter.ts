import type { ChatEvents, Fault } from './chat-events';

export type Handler<Event> = (event: Event) => void;
export type EventName = keyof ChatEvents;
type HandlersByName = { readonly [N in EventName]: Set<Handler<ChatEvents[N]>> };

export interface Emitter {
  /** @returns how to stop listening */
  on<N extends EventName>(name: N, handler: Handler<ChatEvents[N]>): () => void;
  emit<N extends EventName>(name: N, event: ChatEvents[N]): void;
}

/** Hands events to handlers, in the order in which they were added. One that throws, or whose promise fails, is told as `fault` and stops nobody. */
export const createEmitter = (): Emitter => {
  const handlers: HandlersByName = {
    state: new Set(), message: new Set(), messageChanged: new Set(), userEvent: new Set(), conversationGone: new Set(), conversationReset: new Set(),
    sendRefused: new Set(), sessionEnded: new Set(), fault: new Set(),
  };

  const report = (name: EventName, cause: unknown): void => {
    // Nobody is left to tell of a handler of faults that fails.
    if (name !== 'fault') emit('fault', { code: 'HANDLER', message: `A handler of ${name} failed`, cause });
  };

  const run = <N extends EventName>(name: N, handler: Handler<ChatEvents[N]>, event: ChatEvents[N]): void => {
    try {
      const result: unknown = handler(event);
      if (result instanceof Promise) result.catch((cause: unknown) => { report(name, cause); });
    } catch (cause) {
      report(name, cause);
    }
  };

  const emit: Emitter['emit'] = (name, event) => {
    for (const handler of [...handlers[name]]) run(name, handler, event);
  };

  return {
    on(name, handler) {
      handlers[name].add(handler);
      return () => { handlers[name].delete(handler); };
    },
    emit,
  };
};

export type Report = (fault: Fault) => void;
