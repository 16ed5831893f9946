import { ClockIcon, ExclamationTriangleIcon, Pencil1Icon, TrashIcon } from '@radix-ui/react-icons';
import { memo, type ReactNode } from 'react';
import type { ChatMessage } from '@chat-backend/client';
import type { Person } from '../people/keep-people';
import { Picture } from '../people/picture';
import type { Pending } from './keep-pending';
import { LinkedText } from './linked-text';
import { Media } from './media';
import classes from './messages.module.css';
import { timeLabel } from './times';

const Content = ({ type, text, author }: { type: ChatMessage['messageType']; text: string; author: string }): ReactNode =>
  (type === 'TEXT' ? <span className={classes.text} dir="auto" data-words><LinkedText text={text} /></span> : <Media type={type} link={text} author={author} />);

export interface MessageRowProps {
  message: ChatMessage;
  isMine: boolean;
  isFirstOfGroup: boolean;
  author: string;
  /** Whose picture stands beside it; null: nobody's that is known. */
  person: Person | null;
  /** Of my own, where I may still write. */
  onEdit?: ((message: ChatMessage) => void) | undefined;
  onTakeBack?: ((message: ChatMessage) => void) | undefined;
}

export const MessageRow = memo(({ message, isMine, isFirstOfGroup, author, person, onEdit, onTakeBack }: MessageRowProps): ReactNode => {
  const { message: text, messageType, createdAt, revision, deletedAt, seq } = message;
  const isThere = deletedAt === undefined;
  return (
    <li className={classes.row} data-row={message.clientMessageId} data-seq={seq} data-mine={isMine} data-first={isFirstOfGroup} {...(isMine ? { tabIndex: -1 } : {})}>
      {!isMine && <span className={classes.face}>{isFirstOfGroup && <Picture name={person?.user_name ?? null} image={person?.profile_image ?? null} size={32} />}</span>}
      <div className={classes.bubble}>
        <span className={isFirstOfGroup && !isMine ? classes.author : classes.unseen} dir="auto">{isMine ? 'You' : author}</span>
        {isThere ? <Content type={messageType} text={text} author={author} /> : <em className={classes.gone}>This message was taken back</em>}
        <span className={classes.meta}>{isThere && revision > 0 && 'edited · '}<time dateTime={createdAt}>{timeLabel(createdAt)}</time></span>
      </div>
      {isMine && isThere && (
        <span className={classes.actions}>
          {onEdit !== undefined && messageType === 'TEXT' && <button type="button" aria-label="Edit message" title="Edit" onClick={() => { onEdit(message); }}><Pencil1Icon /></button>}
          {onTakeBack !== undefined && <button type="button" aria-label="Take message back" title="Take back" onClick={() => { onTakeBack(message); }}><TrashIcon /></button>}
        </span>
      )}
    </li>
  );
});
MessageRow.displayName = 'MessageRow';

export interface PendingRowProps { pending: Pending; isFirstOfGroup: boolean; onRetry: (clientMessageId: string) => void; onDrop: (clientMessageId: string) => void }

/** A message on its way, or one that was refused: what to do about it stands below it. */
export const PendingRow = memo(({ pending, isFirstOfGroup, onRetry, onDrop }: PendingRowProps): ReactNode => {
  const { clientMessageId, message, messageType, status, reason } = pending;
  const hasFailed = status === 'failed';
  return (
    <li className={classes.row} data-row={clientMessageId} data-pending={status} data-mine="true" data-first={isFirstOfGroup}>
      <div className={classes.bubble}>
        <span className={classes.unseen}>You</span>
        <Content type={messageType} text={message} author="you" />
        <span className={classes.meta}>{hasFailed ? <><ExclamationTriangleIcon aria-hidden /> Not sent</> : <><ClockIcon aria-hidden /> Sending</>}</span>
      </div>
      {hasFailed && (
        <span className={classes.failed} role="alert">
          {reason} <button type="button" onClick={() => { onRetry(clientMessageId); }}>Send again</button> <button type="button" onClick={() => { onDrop(clientMessageId); }}>Delete</button>
        </span>
      )}
    </li>
  );
});
PendingRow.displayName = 'PendingRow';
