import type { NewMessage, StoredMessage } from '@chat-backend/contracts';
import type { Call } from './calls/call-types';
import type { ChatError } from './chat-error';
import type { ChatState } from './chat-events';
import { chatOfMessage, type ChatMessage } from './chats';
import { stayConnected } from './connection/stay-connected';
import type { Emitter } from './emitter';
import type { ChatClientOptions, ChatTiming } from './options';
import { createCatchUp } from './receiving/catch-up';
import { createInbox, type Cursor, type StoredCursors } from './receiving/inbox';
import { readLists } from './receiving/read-lists';
import { createOutbox, type NewChatMessage, type Sent } from './sending/outbox';
import { keepUnsentMessages, type UnsentMessage } from './sending/unsent-messages';
import type { SessionKeeper } from './session/keep-session';
import { createWriter, type StoredValue } from './storage';
import { createAlarm } from './waiting';

export interface StartChatDependencies {
  me: string;
  options: Required<Pick<ChatClientOptions, 'url' | 'begin' | 'sendWindow' | 'maxUnsent' | 'transports'>>;
  timing: ChatTiming;
  session: SessionKeeper;
  call: Call;
  emit: Emitter['emit'];
  onState: (state: ChatState) => void;
  storedCursors: StoredValue<StoredCursors>;
  storedUnsent: StoredValue<UnsentMessage[]>;
}

/** Everything of one signed-in user, from signing in to the end of the session. */
export interface RunningChat {
  readonly me: string;
  connect(): void;
  disconnect(): void;
  reconnectsAt(): number | undefined;
  send(message: NewChatMessage): Sent;
  unsent(): UnsentMessage[];
  cursors(): Cursor[];
  /** Ends it; whoever waits for a message hears why. Resolves when the cursors are stored. */
  stop(error: ChatError): Promise<void>;
  /** After `stop`: forgets what is stored of this user. */
  erase(): Promise<void>;
}

/** A message as it is pushed: nobody has changed it yet. */
const asStored = ({ chatType: _, ...message }: NewMessage): StoredMessage => ({ ...message, updatedAt: message.createdAt, revision: 0 });

/** Wires one user's chat by hand: what arrives goes through the inbox, what leaves through the outbox, what is missing is caught up with. */
export const startChat = async (dependencies: StartChatDependencies): Promise<RunningChat> => {
  const { me, options: { url, begin, sendWindow, maxUnsent, transports }, timing, session, call, onState, storedCursors, storedUnsent } = dependencies;
  let isStopped = false;
  const emit: Emitter['emit'] = (name, event) => { if (!isStopped) dependencies.emit(name, event); };
  const [cursorsBefore, unsentBefore] = [await storedCursors.read(), await storedUnsent.read()];

  const storing = createAlarm();
  /** Where it stood when it was stopped: what comes after that is handed to nobody. */
  let lastCursors: StoredCursors | undefined;
  const currentCursors = (): StoredCursors | undefined => {
    const [number, historyId] = [inbox.log.number, inbox.historyId()];
    if (number === undefined) return undefined;
    return { number, cursors: inbox.cursors(), unplaced: inbox.unplaced().map(({ chat }) => chat), ...(historyId === undefined ? {} : { historyId }) };
  };
  const writeCursors = createWriter(async () => {
    const cursors = isStopped ? lastCursors : currentCursors();
    if (cursors !== undefined) await storedCursors.write(cursors);
  });
  const storeCursors = async (): Promise<void> => {
    try {
      await writeCursors();
    } catch (cause) {
      emit('fault', { code: 'STORAGE', message: 'The cursors could not be stored', cause });
    }
  };

  const handOut = (message: ChatMessage): void => {
    emit('message', message);
    if (message.from === me) outbox.confirm(message);
  };

  const inbox = createInbox({
    emit, begin, stored: cursorsBefore, onMessage: handOut,
    onGap(of) { catchUp.needs(of); },
    // After the handlers ran, and soon: what a crash takes back is handed out again.
    onMoved() { if (storedCursors.isKept && !storing.isSet() && !isStopped) storing.set(timing.storeCursorsMs, () => { void storeCursors(); }); },
  });

  const catchUp = createCatchUp({
    inbox, timing,
    readLists: (isFirst) => readLists(call, begin, isFirst),
    report(fault) { emit('fault', fault); },
    onLive() {
      connecting.succeeded();
      onState('live');
    },
  });

  const unsent = keepUnsentMessages(storedUnsent, unsentBefore ?? []);
  const outbox = createOutbox({
    me, unsent, timing, sendWindow, maxUnsent, emit,
    onStored({ chatType, ...message }, { from, to, id, seq, createdAt }) {
      const stored: StoredMessage = { ...message, from, to, id, seq, createdAt, updatedAt: createdAt, revision: 0 };
      inbox.takeMessage(chatOfMessage({ from, to, chatType }, me), stored);
    },
  });

  const connecting = stayConnected({
    url, transports, timing, session,
    pushes: {
      onMessage(message) { inbox.takeMessage(chatOfMessage(message, me), asStored(message)); },
      onChanged({ chatType, ...message }) { inbox.takeChange(chatOfMessage({ ...message, chatType }, me), message); },
      onUserEvent(event) { inbox.takeEvent(event); },
    },
    onConnecting() { onState('connecting'); },
    onConnected(connection) {
      onState('syncing');
      catchUp.connected(connection);
      outbox.connect(connection);
    },
    onDisconnected() {
      catchUp.disconnected();
      outbox.connect(undefined);
      onState('offline');
    },
  });

  return {
    me,
    connect: connecting.connect,
    disconnect: connecting.disconnect,
    reconnectsAt: connecting.reconnectsAt,
    send: outbox.send,
    unsent: outbox.unsent,
    cursors: inbox.cursors,
    async stop(error) {
      if (!isStopped) {
        // What was held for a page is handed out with this, while there is somebody to hear it.
        connecting.disconnect();
        lastCursors = currentCursors();
        isStopped = true;
        storing.clear();
        outbox.close(error);
      }
      await storeCursors();
    },
    async erase() { await Promise.all([storedCursors.remove(), unsent.erase()]); },
  };
};
