import type { NewLogEntry } from '@chat-backend/database';

/** What the log of its user tells of a session. */
export interface LoggedSession { id: string; userId: string; device: string | null; startedAt: Date; expiresAt: Date }

export const sessionEvent = (state: 'active' | 'ended', { id, userId, device, startedAt, expiresAt }: LoggedSession): NewLogEntry => ({
  userId, event: { kind: 'session', state, sessionId: id, device, startedAt: startedAt.toISOString(), expiresAt: expiresAt.toISOString() },
});
