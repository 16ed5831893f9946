import type { ChatError } from '../chat-error';
import { chatKey, type Chat, type ChatMessage } from '../chats';
import type { MessageType } from '../contract';
import type { ChatClient } from '../create-chat-client';
import type { Sent } from '../sending/outbox';
import type { UnsentMessage } from '../sending/unsent-messages';
import { createTimeline } from './timeline';

export interface RefusedMessage { message: UnsentMessage; error: ChatError }

/** One chat as an app shows it: what is stored, and below it what is on its way. Listen with `onChange`, then read. */
export interface ChatView {
  readonly chat: Chat;
  /** What is stored, oldest first and without a hole, each as it is now: an edited one with its new text, one that was taken back with `deletedAt`. */
  messages(): readonly ChatMessage[];
  /** Mine that are on their way. Each becomes one of `messages` when it is stored. */
  sending(): readonly UnsentMessage[];
  /** Mine that were refused for good, until `retry` or `discard`. */
  refused(): readonly RefusedMessage[];
  /** Whether there are older ones than the first of `messages`. */
  hasOlder(): boolean;
  /** @throws ChatError */
  loadOlder(): Promise<void>;
  send(message: string, messageType?: MessageType): Sent;
  /** Sends a refused one again, under its own name: it cannot be there twice. */
  retry(clientMessageId: string): void;
  discard(clientMessageId: string): void;
  /** Changes a message of mine. @throws ChatError */
  edit(seq: number, message: string): Promise<void>;
  /** Takes back a message of mine. @throws ChatError */
  remove(seq: number): Promise<void>;
  /** Everything in it was seen: on all devices of this user. @throws ChatError */
  markRead(): Promise<void>;
  /** I am not in this group any more; false again when I have come back. */
  isGone(): boolean;
  /** @returns how to stop listening */
  onChange(handler: () => void): () => void;
  /** Stops following; what is on its way goes on. */
  close(): void;
}

const waitsForNextSignIn: ReadonlySet<string> = new Set(['CLOSED', 'SESSION_ENDED']);

/** Opens a chat with its newest messages, and follows it. @throws ChatError */
export const openChat = async (client: ChatClient, chat: Chat, { pageSize = 50 }: { pageSize?: number } = {}): Promise<ChatView> => {
  const me = await client.signedInAs();
  const [handlers, stops] = [new Set<() => void>(), [] as (() => void)[]];
  const [sending, refused] = [new Map<string, UnsentMessage>(), new Map<string, RefusedMessage>()];
  const timeline = createTimeline((beforeSeq) => client.history(chat, { limit: pageSize, ...(beforeSeq === undefined ? {} : { beforeSeq }) }));
  let [readSeq, isGone] = [0, false];

  const changed = (): void => { for (const handler of [...handlers]) handler(); };
  const isHere = (other: Chat): boolean => chatKey(other) === chatKey(chat);
  const isMineTo = ({ to, chatType }: UnsentMessage): boolean => isHere({ chatId: to, chatType });

  const forgetWaiting = (stored: readonly ChatMessage[]): void => {
    for (const { from, clientMessageId } of stored) if (from === me) for (const waiting of [sending, refused]) waiting.delete(clientMessageId);
  };
  const showStored = (): void => {
    if (sending.size + refused.size > 0) forgetWaiting(timeline.messages());
    changed();
  };
  const refuse = (message: UnsentMessage, error: ChatError): void => {
    sending.delete(message.clientMessageId);
    refused.set(message.clientMessageId, { message, error });
    changed();
  };
  /** What cannot be read now is read when the connection is back. */
  const catchUp = (): void => { timeline.refresh().then(showStored, () => undefined); };
  /** What the queue has not any more, and was not handed out here: that was before, or comes yet. Where it stands can be read. */
  const forgetSettled = async (): Promise<void> => {
    const queued = new Set(client.unsent().map(({ clientMessageId }) => clientMessageId));
    const settled = [...sending.keys()].filter((clientMessageId) => !queued.has(clientMessageId));
    if (settled.length === 0) return;
    await timeline.refresh();
    for (const clientMessageId of settled) sending.delete(clientMessageId);
    showStored();
  };
  const waitFor = (message: UnsentMessage, { stored }: Sent): void => {
    sending.set(message.clientMessageId, message);
    stored.then(forgetSettled, (error: ChatError) => { if (!waitsForNextSignIn.has(error.code)) refuse(message, error); }).catch(() => undefined);
  };

  const follow = (): void => {
    stops.push(
      client.on('message', (message) => {
        if (!isHere(message)) return;
        // Wherever it stands: it may be above everything that is loaded.
        forgetWaiting([message]);
        if (timeline.take(message)) showStored();
        else catchUp();
      }),
      client.on('messageChanged', (message) => {
        if (!isHere(message)) return;
        timeline.change(message);
        changed();
      }),
      client.on('sendRefused', ({ message, error }) => { if (isMineTo(message)) refuse(message, error); }),
      client.on('conversationReset', (reset) => {
        if (!isHere(reset)) return;
        timeline.forget();
        catchUp();
      }),
      client.on('conversationGone', (gone) => {
        if (!isHere(gone)) return;
        isGone = true;
        changed();
      }),
      client.on('userEvent', (event) => {
        if (!isGone || event.kind !== 'membership' || event.state === 'none' || !isHere({ chatId: event.group.id, chatType: 'group' })) return;
        // Meanwhile nothing was told of what became of its messages.
        isGone = false;
        timeline.forget();
        catchUp();
      }),
      client.on('state', (state) => {
        if (state !== 'live') return;
        catchUp();
        forgetSettled().catch(() => undefined);
      }),
    );
  };

  const sendAs = (message: string, messageType: MessageType, clientMessageId?: string): Sent => {
    const sent = client.send({ to: chat.chatId, chatType: chat.chatType, message, messageType, ...(clientMessageId === undefined ? {} : { clientMessageId }) });
    const unsent: UnsentMessage = { to: chat.chatId, chatType: chat.chatType, message, messageType, clientMessageId: sent.clientMessageId };
    waitFor(unsent, sent);
    changed();
    return sent;
  };

  // Sent under its own name it is not sent twice, and its answer is heard here, too.
  for (const message of client.unsent()) if (isMineTo(message)) waitFor(message, client.send(message));
  follow();
  const close = (): void => { for (const stop of stops) stop(); };
  try {
    await timeline.refresh();
  } catch (error) {
    close();
    throw error;
  }
  showStored();

  return {
    chat, close,
    messages: timeline.messages,
    sending: () => [...sending.values()],
    refused: () => [...refused.values()],
    hasOlder: timeline.hasOlder,
    async loadOlder() {
      await timeline.loadOlder();
      showStored();
    },
    send: (message, messageType = 'TEXT') => sendAs(message, messageType),
    retry(clientMessageId) {
      const known = refused.get(clientMessageId);
      refused.delete(clientMessageId);
      if (known !== undefined) sendAs(known.message.message, known.message.messageType, clientMessageId);
    },
    discard(clientMessageId) {
      refused.delete(clientMessageId);
      changed();
    },
    async edit(seq, message) {
      timeline.change({ ...(await client.call('edit-message', { ...chat, seq, message })).data, ...chat });
      changed();
    },
    async remove(seq) {
      timeline.change({ ...(await client.call('delete-message', { ...chat, seq })).data, ...chat });
      changed();
    },
    async markRead() {
      const seq = timeline.messages().at(-1)?.seq ?? 0;
      if (seq > readSeq) readSeq = (await client.call('mark-read', { ...chat, seq })).data.lastReadSeq;
    },
    isGone: () => isGone,
    onChange(handler) {
      handlers.add(handler);
      return () => { handlers.delete(handler); };
    },
  };
};
