import { ChatError } from '@chat-backend/client';
import { Button, Checkbox, Group, Radio, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../../app/action-form';
import { useClient, usePageSession } from '../../app/client-provider';
import { explainToOwner } from '../../app/explain-error';
import { notify } from '../../app/notify';
import { useAction } from '../../app/use-action';
import { CodeField, PasswordField } from '../fields';

type Messages = 'keep' | 'erase';

/** There is no way back, so it takes the password, a tick, and the second factor where there is one. */
export const DeleteAccountForm = (): ReactNode => {
  const client = useClient();
  const { leave } = usePageSession();
  const [password, setPassword] = useState('');
  const [messages, setMessages] = useState<Messages>('keep');
  const [isSure, setIsSure] = useState(false);
  const [needsCode, setNeedsCode] = useState(false);
  const [code, setCode] = useState('');
  const erase = useAction(async () => {
    try {
      await leave(() => client.call('delete-account', { password, messages, ...(code === '' ? {} : { otp: code }) }));
    } catch (error) {
      if (error instanceof ChatError && error.code === 'CODE_REQUIRED') setNeedsCode(true);
      throw error;
    }
    notify('Your account is deleted.');
  }, explainToOwner);
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">Delete the account</Title>
      <Text c="dimmed" size="sm">For good, and at once on all devices. Your email address is free again, for you or for another account.</Text>
      <ActionForm action={erase} buttons={<Group><Button type="submit" color="red" variant="light" disabled={!isSure} loading={erase.isBusy}>Delete my account</Button></Group>}>
        <Radio.Group label="What becomes of your messages?" value={messages} onChange={setMessages}>
          <Stack gap="xs" mt="xs">
            <Radio value="keep" label="They stay" description="Others go on to see them, with an author who is nobody" />
            <Radio value="erase" label="Their texts go, too" description="Others see that there was a message, and nothing more" />
          </Stack>
        </Radio.Group>
        <PasswordField label="Your password" value={password} onChange={setPassword} error={erase.fields['password']} />
        {needsCode && <CodeField value={code} onChange={setCode} error={erase.fields['otp']} takesRecoveryCode />}
        <Checkbox label="I know that nobody can bring it back" checked={isSure} onChange={(event) => { setIsSure(event.currentTarget.checked); }} />
      </ActionForm>
    </Stack>
  );
};
