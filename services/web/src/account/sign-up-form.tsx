import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { useAction } from '../app/use-action';
import { EmailField, PasswordField } from './fields';
import type { FormOfStep } from './step';

export const SignUpForm = ({ onStep }: FormOfStep): ReactNode => {
  const client = useClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const action = useAction(async () => {
    const { otp, token, email: address } = await client.register({ email, password });
    onStep({ at: 'confirmAddress', email: address, password, token, otp });
  });
  return (
    <ActionForm action={action} buttons={<Button type="submit" size="md" loading={action.isBusy}>Create the account</Button>}>
      <EmailField value={email} onChange={setEmail} error={action.fields['email']} />
      <PasswordField isNew value={password} onChange={setPassword} error={action.fields['password']} />
    </ActionForm>
  );
};
