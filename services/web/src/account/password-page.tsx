import { Button, Group, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { explainToOwner } from '../app/explain-error';
import { notify } from '../app/notify';
import { useAction } from '../app/use-action';
import { PasswordField, WhosePassword } from './fields';
import { useMyDetails } from './use-my-details';

export const PasswordPage = (): ReactNode => {
  const client = useClient();
  const { value: details } = useMyDetails();
  const [currentPassword, setCurrentPassword] = useState('');
  const [password, setPassword] = useState('');
  const change = useAction(async () => {
    await client.call('update-password', { currentPassword, password });
    setCurrentPassword('');
    setPassword('');
    notify('Your password is changed. All other devices are signed out.');
  }, explainToOwner);
  return (
    <Stack>
      <Text c="dimmed">All other devices are signed out when you change it.</Text>
      <ActionForm action={change} buttons={<Group><Button type="submit" loading={change.isBusy}>Change the password</Button></Group>}>
        <WhosePassword email={details?.email ?? ''} />
        <PasswordField label="Current password" value={currentPassword} onChange={setCurrentPassword} error={change.fields['currentPassword']} />
        <PasswordField isNew label="New password" value={password} onChange={setPassword} error={change.fields['password']} />
      </ActionForm>
    </Stack>
  );
};
