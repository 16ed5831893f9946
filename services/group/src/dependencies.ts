import type { ProcessContext } from '@chat-backend/service-kit';
import type { GroupDatabase } from './db';

/** What the verbs that change a membership work with; the others need the database alone. */
export interface GroupDependencies extends Pick<ProcessContext, 'events' | 'logger'> {
  database: GroupDatabase;
}
