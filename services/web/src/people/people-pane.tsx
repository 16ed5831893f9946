import { PersonIcon } from '@radix-ui/react-icons';
import type { ReactNode } from 'react';
import { EmptyState } from '../app/empty-state';

export const PeoplePane = (): ReactNode => <EmptyState icon={<PersonIcon />} title="Choose somebody" />;
