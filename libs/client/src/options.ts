import type { SessionTokens } from './session/keep-session';
import type { ChatStorage } from './storage';

/** Milliseconds. Every wait is random, so that clients that lost the same server do not come back together. */
export interface ChatTiming {
  /** Before connecting again: between 0 and this, doubled with each failure in a row … */
  reconnectBaseMs: number;
  /** … but never longer than this. */
  reconnectCapMs: number;
  /** Before a send or a sync is tried again: between 0 and this, doubled with each failure in a row up to `reconnectCapMs`. */
  retryBaseMs: number;
  /** A gap often closes by itself, and others see it too: between 0 and this before it is asked for. */
  gapMs: number;
  /** A last push may be lost without a trace: all is asked for again after half to one and a half times this. */
  resyncMs: number;
  /** For a connection, a call, an acknowledgement. */
  connectTimeoutMs: number;
  callTimeoutMs: number;
  acknowledgeTimeoutMs: number;
  /** What cursors have moved is stored after so long. */
  storeCursorsMs: number;
}

export const defaultTiming: ChatTiming = {
  reconnectBaseMs: 8_000, reconnectCapMs: 30_000, retryBaseMs: 1_000, gapMs: 200, resyncMs: 300_000,
  connectTimeoutMs: 20_000, callTimeoutMs: 15_000, acknowledgeTimeoutMs: 20_000, storeCursorsMs: 250,
};

export interface ChatClientOptions {
  /** Where the server is: `https://chat.example.com`. */
  url: string;
  /** Keeps the session, the unsent messages and the cursors across a reload: `localStorage`, or anything like it. One instance for each storage and `storagePrefix` at a time. */
  storage?: ChatStorage;
  storagePrefix?: string;
  /** A session that was begun elsewhere: what `login` answered as `data`. */
  session?: SessionTokens;
  /**
   * Where chats begin that have messages when this instance, or its storage, is new. `now`: what was there before is read with `history`;
   * a group that I join later begins where I joined. `beginning`: every message there ever was is handed out.
   */
  begin?: 'now' | 'beginning';
  /** How many messages of one chat may wait for their acknowledgement at once; 1: strict order (README). */
  sendWindow?: number;
  /** How many unsent messages are kept; more are refused as QUEUE_FULL. */
  maxUnsent?: number;
  /** Socket.IO's transports, in the order in which they are tried. */
  transports?: ('websocket' | 'polling')[];
  timing?: Partial<ChatTiming>;
}
