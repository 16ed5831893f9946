import type { ServerResponse } from 'node:http';

/** A packet of engine.io. What is emitted to many carries its WebSocket frame, encoded once. */
export interface Packet { type?: string; data?: unknown; options?: { compress?: boolean; wsPreEncodedFrame?: readonly Buffer[] } }

/** What of one connection has not left, in bytes. */
export interface Unsent {
  /** In its buffer; of so many packets. */
  waiting: number;
  counted: number;
  /** What its transport was given last, and is not done with as long as it takes nothing more. */
  leaving: number;
  /** A polling client's last answer. */
  pollAnswer: ServerResponse | undefined;
}

export const createUnsent = (): Unsent => ({ waiting: 0, counted: 0, leaving: 0, pollAnswer: undefined });

const bytesOf = ({ data, options }: Packet): number => {
  const frame = options?.wsPreEncodedFrame;
  if (frame !== undefined) return frame.reduce((bytes, { length }) => bytes + length, 0);
  if (typeof data === 'string') return Buffer.byteLength(data);
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
};

/** Adds what came into the buffer since it was last looked at: each packet is counted once. */
export const countWaiting = (unsent: Unsent, buffer: readonly Packet[]): void => {
  for (; unsent.counted < buffer.length; unsent.counted += 1) {
    const packet = buffer[unsent.counted];
    if (packet !== undefined) unsent.waiting += bytesOf(packet);
  }
};

/** Everything that waited is given to the transport, which is done with what it had before. */
export const startLeaving = (unsent: Unsent, pollAnswer: ServerResponse | undefined): void => {
  unsent.leaving = unsent.waiting;
  unsent.waiting = 0;
  unsent.counted = 0;
  unsent.pollAnswer = pollAnswer;
};
