import type { ReactNode } from 'react';
import { PaneHeader } from '../app/pane-header';

export const ConversationList = (): ReactNode => <PaneHeader title="Chats" />;
