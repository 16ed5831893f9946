import { Button, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { notify } from '../app/notify';
import { useAction } from '../app/use-action';
import { CodeField, PasswordField, WhosePassword } from './fields';
import { ResendCode } from './resend-code';
import type { FormOfStep, Step } from './step';
import { useSignIn } from './use-sign-in';

type NewPassword = Extract<Step, { at: 'newPassword' }>;

/** With the code from the mail; then it signs in, which may ask for a second factor. */
export const NewPasswordForm = ({ email, token, otp, onStep, onBack }: NewPassword & FormOfStep & { onBack: () => void }): ReactNode => {
  const client = useClient();
  const signIn = useSignIn(onStep);
  const [shownCode, setShownCode] = useState(otp);
  const [code, setCode] = useState(otp ?? '');
  const [password, setPassword] = useState('');
  const action = useAction(async () => {
    await client.call('update-password', { password, otp: code }, { token });
    notify('Your password is changed. Other devices are signed out.');
    await signIn({ email, password });
  });
  const take = (renewed: string | undefined): void => {
    setShownCode(renewed);
    setCode(renewed ?? '');
  };
  const buttons = (
    <Stack gap={4}>
      <Button type="submit" size="md" loading={action.isBusy}>Change it and sign in</Button>
      <ResendCode token={token} onCode={take} />
      <Button variant="subtle" color="gray" onClick={onBack}>Back</Button>
    </Stack>
  );
  return (
    <ActionForm action={action} buttons={buttons}>
      <WhosePassword email={email} />
      <CodeField value={code} onChange={setCode} error={action.fields['otp']} shownCode={shownCode} />
      <PasswordField isNew label="New password" value={password} onChange={setPassword} error={action.fields['password']} />
    </ActionForm>
  );
};
