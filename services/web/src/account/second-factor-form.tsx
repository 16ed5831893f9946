import { Button, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient, usePageSession } from '../app/client-provider';
import { useAction } from '../app/use-action';
import { CodeField } from './fields';
import { ResendCode } from './resend-code';
import type { Step } from './step';

type SecondFactor = Extract<Step, { at: 'secondFactor' }>;

export const SecondFactorForm = ({ token, method, onBack }: SecondFactor & { onBack: () => void }): ReactNode => {
  const client = useClient();
  const { refresh } = usePageSession();
  const [code, setCode] = useState('');
  const confirm = useAction(async () => {
    await client.verify({ token, otp: code });
    await refresh();
  });
  const buttons = (
    <Stack gap={4}>
      <Button type="submit" size="md" loading={confirm.isBusy}>Sign in</Button>
      {method === 'mail' && <ResendCode token={token} onCode={(otp) => { setCode(otp ?? ''); }} />}
      <Button variant="subtle" color="gray" onClick={onBack}>Back to sign in</Button>
    </Stack>
  );
  return (
    <ActionForm action={confirm} buttons={buttons}>
      <Text size="sm">
        {method === 'mail' ? 'Enter the code that we have just mailed to you.' : 'Enter the code that your authenticator app shows. Without the app, one of your recovery codes does.'}
      </Text>
      <CodeField value={code} onChange={setCode} error={confirm.fields['otp']} isMailed={method === 'mail'} takesRecoveryCode={method !== 'mail'} />
    </ActionForm>
  );
};
