import { Button, Stack, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm, FaultAlert } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { useAction } from '../app/use-action';
import { CodeField } from './fields';
import { ResendCode } from './resend-code';
import type { FormOfStep, Step } from './step';
import { useSignIn } from './use-sign-in';

type Confirming = Extract<Step, { at: 'confirmAddress' }>;

export const ConfirmAddressForm = ({ email, password, token, otp, onStep, onBack }: Confirming & FormOfStep & { onBack: () => void }): ReactNode => {
  const client = useClient();
  const signIn = useSignIn(onStep);
  const [shownCode, setShownCode] = useState(otp);
  const [code, setCode] = useState(otp ?? '');
  const confirm = useAction(async () => {
    await client.verify({ token, otp: code });
    // In contract mode registering has begun a session, too; nobody would use it, and its owner would wonder whose it is.
    if (otp !== undefined) await client.call('logout', {}, { token });
    await signIn({ email, password });
  });
  const goOn = useAction(() => signIn({ email, password }));
  const take = (renewed: string | undefined): void => {
    setShownCode(renewed);
    setCode(renewed ?? '');
  };
  const buttons = (
    <Stack gap={4}>
      <Button type="submit" size="md" loading={confirm.isBusy}>Confirm and sign in</Button>
      {shownCode === undefined && <Button variant="default" loading={goOn.isBusy} onClick={() => { void goOn.run(); }}>I have opened the link</Button>}
      <FaultAlert fault={goOn.fault} />
      <ResendCode token={token} onCode={take} />
      <Button variant="subtle" color="gray" onClick={onBack}>Use another address</Button>
    </Stack>
  );
  return (
    <ActionForm action={confirm} buttons={buttons}>
      {shownCode === undefined && <Text size="sm">Enter the code of the mail, or open its link. An address that has an account already gets a mail without a code.</Text>}
      <CodeField value={code} onChange={setCode} error={confirm.fields['otp']} shownCode={shownCode} />
    </ActionForm>
  );
};
