import { ActionIcon, Button, Text, Textarea } from '@mantine/core';
import { ImageIcon, PaperPlaneIcon } from '@radix-ui/react-icons';
import { useEffect, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import type { Chat, ChatMessage } from '@chat-backend/client';
import { createPart } from '../app/create-part';
import { useServerAction } from '../app/use-server-action';
import { useChats } from '../chats/chats-provider';
import classes from './messages.module.css';
import type { OpenChat } from './open-chat';

/** It comes with the first chat, so that it is there without the server, too. */
const attachLink = createPart(() => import('./attach-link'));

/** What the contract takes of one message. */
const mostCharacters = 8192;

export interface ComposerProps {
  open: OpenChat;
  name: string;
  input: RefObject<HTMLTextAreaElement | null>;
  editing: ChatMessage | undefined;
  onEditLast: () => void;
  onEdited: () => void;
  onSent: () => void;
}

/** The code of a key that an input method has taken. */
const takenKeyCode = 229;

/** Whether the key is of an input method. Safari ends the composition before it tells of the key that ended it: then only the key's code says so. */
const isComposing = ({ nativeEvent }: KeyboardEvent): boolean => nativeEvent.isComposing || nativeEvent.keyCode === takenKeyCode;

/** The text: my draft of this chat, or, while one is edited, the message. */
const useText = (chat: Chat, editing: ChatMessage | undefined): [string, (text: string) => void] => {
  const { drafts } = useChats();
  const [draft, setDraft] = useState(() => drafts.read(chat));
  const [edited, setEdited] = useState('');
  useEffect(() => { setEdited(editing?.message ?? ''); }, [editing]);
  const writeDraft = (text: string): void => {
    setDraft(text);
    drafts.write(chat, text);
  };
  return editing === undefined ? [draft, writeDraft] : [edited, setEdited];
};

export const Composer = ({ open, name, input, editing, onEditLast, onEdited, onSent }: ComposerProps): ReactNode => {
  const { chat } = open;
  const { pending } = useChats();
  const [text, setText] = useText(chat, editing);
  const [isAttaching, setAttaching] = useState(false);
  const { isBusy, run } = useServerAction();
  const isTooLong = text.length > mostCharacters;
  const canSay = text.trim() !== '' && !isTooLong && !isBusy;

  useEffect(attachLink.fetch, []);

  const say = (): void => {
    if (!canSay) return;
    if (editing === undefined) {
      pending.send(chat, text);
      setText('');
      onSent();
    } else {
      run(async () => {
        if (text !== editing.message) await open.edit(editing.seq, text);
        onEdited();
      });
    }
    input.current?.focus();
  };

  /** Enter says what was typed; with Shift it is a line break of the text. */
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      say();
    } else if (event.key === 'Escape' && editing !== undefined) onEdited();
    else if (event.key === 'ArrowUp' && text === '' && editing === undefined) {
      event.preventDefault();
      onEditLast();
    }
  };

  return (
    <div className={classes.composer}>
      {editing !== undefined && <div className={classes.note}><span>Editing your message</span><Button size="compact-xs" variant="subtle" color="gray" onClick={onEdited}>Cancel</Button></div>}
      <form className={classes.form} onSubmit={(event) => { event.preventDefault(); say(); }}>
        {editing === undefined && <ActionIcon variant="subtle" color="gray" size={40} aria-label="Send a picture or a video by its link" onClick={() => { setAttaching(true); }}><ImageIcon width={18} height={18} /></ActionIcon>}
        <Textarea
          ref={input} className={classes.input} autosize minRows={1} maxRows={8} radius="lg" dir="auto" placeholder="Write a message" aria-label={`Message to ${name}`} value={text}
          error={isTooLong} onChange={(event) => { setText(event.currentTarget.value); }} onKeyDown={onKeyDown}
        />
        <ActionIcon type="submit" size={40} radius="xl" aria-label={editing === undefined ? 'Send' : 'Save the change'} disabled={!canSay} loading={isBusy}><PaperPlaneIcon width={17} height={17} /></ActionIcon>
      </form>
      {isTooLong && <Text className={classes.note} c="red" role="alert" pt={6}>{text.length - mostCharacters} characters too many: send it in parts.</Text>}
      {isAttaching && (
        <attachLink.Shown
          onClose={() => { setAttaching(false); }}
          onAttach={(link, type) => {
            pending.send(chat, link, type);
            onSent();
            input.current?.focus();
          }}
        />
      )}
    </div>
  );
};
