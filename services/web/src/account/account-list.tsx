import type { ReactNode } from 'react';
import { PaneHeader } from '../app/pane-header';

const AccountList = (): ReactNode => <PaneHeader title="Account" />;
export default AccountList;
