import { GroupIcon } from '@radix-ui/react-icons';
import type { ReactNode } from 'react';
import { EmptyState } from '../app/empty-state';

export const GroupPane = (): ReactNode => <EmptyState icon={<GroupIcon />} title="Choose a group" />;
