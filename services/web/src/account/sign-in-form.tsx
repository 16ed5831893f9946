import { ChatError } from '@chat-backend/client';
import { Anchor, Button, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { hrefOf } from '../app/router';
import { useAction } from '../app/use-action';
import { EmailField, PasswordField } from './fields';
import type { FormOfStep } from './step';
import { useSignIn } from './use-sign-in';

export const SignInForm = ({ onStep }: FormOfStep): ReactNode => {
  const client = useClient();
  const signIn = useSignIn(onStep);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isUnconfirmed, setIsUnconfirmed] = useState(false);
  const action = useAction(async () => {
    setIsUnconfirmed(false);
    try {
      await signIn({ email, password });
    } catch (error) {
      setIsUnconfirmed(error instanceof ChatError && error.code === 'EMAIL_NOT_VERIFIED');
      throw error;
    }
  });
  // Registering an address again that nobody confirmed renews its code, and changes nothing else.
  const confirm = useAction(async () => {
    const { token, otp } = await client.register({ email, password });
    onStep({ at: 'confirmAddress', email, password, token, otp });
  });
  return (
    <ActionForm action={action} buttons={<Button type="submit" size="md" loading={action.isBusy}>Sign in</Button>}>
      <EmailField value={email} onChange={setEmail} error={action.fields['email']} />
      <Stack gap={6}>
        <PasswordField value={password} onChange={setPassword} error={action.fields['password']} />
        <Anchor href={hrefOf('forgot-password')} size="sm" ta="right">Forgot your password?</Anchor>
      </Stack>
      {isUnconfirmed && <Button variant="light" loading={confirm.isBusy} onClick={() => { void confirm.run(); }}>Confirm it with a code</Button>}
    </ActionForm>
  );
};
