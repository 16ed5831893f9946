/** How a call got to the balancer: over a connection that was used before, or one of its own. */
export type Connection = 'kept' | 'new';

/** What is called. */
export interface PlannedCall {
  service: string;
  name: string;
  method: 'GET' | 'POST';
  path: string;
  body?: object;
}

/** A call that has ended. */
export interface MadeCall {
  service: string;
  name: string;
  connection: Connection;
  /** In milliseconds of `performance.now()`. */
  begunAt: number;
  endedAt: number;
  /** Anything but 200 in time, in the words of whoever said it; absent: it was served. */
  failure?: string;
}
