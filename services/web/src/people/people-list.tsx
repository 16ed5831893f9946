import type { ReactNode } from 'react';
import { PaneHeader } from '../app/pane-header';

export const PeopleList = (): ReactNode => <PaneHeader title="People" />;
