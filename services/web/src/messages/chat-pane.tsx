import { ChatBubbleIcon } from '@radix-ui/react-icons';
import type { ReactNode } from 'react';
import { EmptyState } from '../app/empty-state';

export const ChatPane = (): ReactNode => <EmptyState icon={<ChatBubbleIcon />} title="Choose a chat" />;
