import { EventEmitter } from 'node:events';
import type { DomainEvents } from './domain-events';

/** Events of the one process that runs everything. */
export const createInProcessEvents = (): DomainEvents => {
  const emitter = new EventEmitter();
  return {
    publish: async (name, payload) => { emitter.emit(name, payload); },
    on: (name, listener) => { emitter.on(name, listener); },
    onReturn: () => {},
    isConnected: () => true,
    close: async () => { emitter.removeAllListeners(); },
  };
};
