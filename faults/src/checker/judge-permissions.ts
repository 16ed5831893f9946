import type { EventOf, Permission } from '../history/events';
import type { Evidence, Judge } from './judge';

/** Since which event a permission is gone for certain, and whether it is still. */
interface Closed { since: number }

const keyOf = ({ conversation, user }: Permission): string => (user === undefined ? conversation : `${conversation} ${user}`);

/**
 * Whoever left a group, or is no friend any more, gets nothing and can send nothing that was sent after that was answered. Between the answer and
 * the moment in which the permission is asked for again there is no doubt; outside of it nothing is judged.
 */
export const judgePermissions = ({ rows, report }: Pick<Evidence, 'rows' | 'report'>): Judge => {
  const closed = new Map<string, Closed>();
  const firstAttempts = new Map<string, { index: number; sender: string; conversation: string }>();
  const users = new Map<string, string>();

  const closedFor = (conversation: string, user: string): Closed | undefined => closed.get(conversation) ?? closed.get(keyOf({ conversation, user }));

  const seeAcknowledged = ({ reply: { clientMessageId, seq }, client, at }: EventOf<'acknowledged'>): void => {
    const attempt = firstAttempts.get(clientMessageId);
    if (attempt === undefined) return;
    const { conversation, sender, index } = attempt;
    const gone = closedFor(conversation, sender);
    if (gone !== undefined && index > gone.since) report({ kind: 'notAllowed', conversation, seq, clientMessageId, client, at, what: 'sent after the right to send was gone, and stored' });
  };

  const seeReceived = ({ client, conversation, seq, from, clientMessageId, at }: EventOf<'received'>): void => {
    const user = users.get(client) ?? '';
    const gone = closedFor(conversation, user);
    if (gone === undefined || from === user) return;
    const attempt = firstAttempts.get(clientMessageId);
    if (attempt !== undefined && attempt.index > gone.since) {
      report({ kind: 'wrongRecipient', conversation, seq, clientMessageId, client, at, what: 'sent after its receiver had left' });
    }
  };

  return {
    see(event, index) {
      if (event.kind === 'client') users.set(event.client, event.user);
      else if (event.kind === 'attempt') {
        if (!firstAttempts.has(event.clientMessageId)) firstAttempts.set(event.clientMessageId, { index, sender: event.sender, conversation: event.conversation });
      } else if (event.kind === 'permission') {
        if (event.state === 'closed') closed.set(keyOf(event), { since: index });
        else closed.delete(keyOf(event));
      } else if (event.kind === 'acknowledged') seeAcknowledged(event);
      else if (event.kind === 'received') seeReceived(event);
    },
    end() {
      // A message that nobody acknowledged and that came while its sender was shut out: its sender cannot write before it is let in again.
      for (const [key, { since }] of closed) {
        const [conversation = '', user] = key.split(' ');
        for (const { sender, seq, clientMessageId } of rows.of(conversation)) {
          const attempt = firstAttempts.get(clientMessageId);
          if (attempt !== undefined && attempt.index > since && (user === undefined || user === sender)) {
            report({ kind: 'notAllowed', conversation, seq, clientMessageId, what: 'sent after the right to send was gone for good, and stored' });
          }
        }
      }
    },
  };
};
