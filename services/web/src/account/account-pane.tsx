import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useClient } from '../app/client-provider';
import { notifyError } from '../app/notify';

const AccountPane = (): ReactNode => {
  const client = useClient();
  return <Button m="xl" onClick={() => { client.signOut().catch(notifyError); }}>Sign out</Button>;
};
export default AccountPane;
