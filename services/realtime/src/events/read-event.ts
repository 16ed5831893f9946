import type { FieldError } from '@chat-backend/service-kit';

/** What a client gave with an event. */
export interface Event {
  payload: unknown;
  /** Absent: nobody waits for an answer. */
  acknowledge?: (reply: unknown) => void;
  /** Something is where an acknowledgement belongs. */
  fault?: FieldError;
}

/** `(payload)`, `(payload, acknowledgement)`, or the acknowledgement alone; `null` is what an undefined argument becomes on its way. */
export const readEvent = (given: readonly unknown[]): Event => {
  const last = given.at(-1);
  const acknowledge = typeof last === 'function' ? { acknowledge: last as (reply: unknown) => void } : {};
  const [payload, extra] = typeof last === 'function' ? given.slice(0, -1) : given;
  if (extra === undefined || extra === null) return { payload, ...acknowledge };
  return { payload, ...acknowledge, fault: { field: 'acknowledgement', message: 'must be a function' } };
};
