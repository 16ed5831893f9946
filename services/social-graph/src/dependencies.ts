import type { ProcessContext } from '@chat-backend/service-kit';
import type { SocialGraphConfig } from './config';
import type { SocialGraphDatabase } from './db';

/** What the verbs work with. Each names those that it uses. */
export interface SocialGraphDependencies extends Pick<ProcessContext, 'events' | 'logger'> {
  database: SocialGraphDatabase;
  config: SocialGraphConfig;
}

/** What a verb needs that changes what there is between two users. */
export type FriendshipDependencies = Pick<SocialGraphDependencies, 'database' | 'events' | 'logger'>;
