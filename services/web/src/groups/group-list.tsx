import type { ReactNode } from 'react';
import { PaneHeader } from '../app/pane-header';

export const GroupList = (): ReactNode => <PaneHeader title="Groups" />;
