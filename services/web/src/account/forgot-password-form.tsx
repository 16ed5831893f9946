import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { useAction } from '../app/use-action';
import { EmailField } from './fields';
import type { FormOfStep } from './step';

export const ForgotPasswordForm = ({ onStep }: FormOfStep): ReactNode => {
  const client = useClient();
  const [email, setEmail] = useState('');
  const action = useAction(async () => {
    const { data: { token, otp } } = await client.call('forgot-password', { email });
    onStep({ at: 'newPassword', email, token, otp });
  });
  return (
    <ActionForm action={action} buttons={<Button type="submit" size="md" loading={action.isBusy}>Send me a code</Button>}>
      <EmailField value={email} onChange={setEmail} error={action.fields['email']} />
    </ActionForm>
  );
};
