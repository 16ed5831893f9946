import type { TwoFactorMethod } from '@chat-backend/client';
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm, FaultAlert } from '../../app/action-form';
import { useClient } from '../../app/client-provider';
import { notify } from '../../app/notify';
import { useAction } from '../../app/use-action';
import { CodeField } from '../fields';

/** Fewer than this, and it is time for new ones. */
const fewCodes = 3;

const NewRecoveryCodes = ({ codesLeft, onRenewed }: { codesLeft: number; onRenewed: (codes: readonly string[]) => Promise<void> }): ReactNode => {
  const client = useClient();
  const [code, setCode] = useState('');
  const renew = useAction(async () => { await onRenewed((await client.call('renew-recovery-codes', { otp: code })).data.recoveryCodes); });
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">Recovery codes</Title>
      <Text c={codesLeft < fewCodes ? 'red' : 'dimmed'} size="sm">{codesLeft} left. New ones take the place of all old ones.</Text>
      <ActionForm action={renew} buttons={<Group><Button type="submit" variant="default" loading={renew.isBusy}>Make new recovery codes</Button></Group>}>
        <CodeField label="Code, to make new ones" takesRecoveryCode isMailed={false} value={code} onChange={setCode} error={renew.fields['otp']} />
      </ActionForm>
    </Stack>
  );
};

const SwitchOff = ({ method, onSwitchedOff }: { method: TwoFactorMethod; onSwitchedOff: () => Promise<void> }): ReactNode => {
  const client = useClient();
  const [code, setCode] = useState('');
  const [shownCode, setShownCode] = useState<string>();
  const mailCode = useAction(async () => {
    const { data } = await client.call('send-two-factor-code', {});
    setShownCode(data.otp);
    setCode(data.otp ?? '');
    notify('A code is on its way to you.');
  });
  const switchOff = useAction(async () => {
    await client.call('disable-two-factor', { otp: code });
    notify('Two-factor is off. All other devices are signed out.');
    await onSwitchedOff();
  });
  const buttons = (
    <Group>
      {method === 'mail' && <Button variant="default" loading={mailCode.isBusy} onClick={() => { void mailCode.run(); }}>Mail me a code</Button>}
      <Button type="submit" variant="light" color="red" loading={switchOff.isBusy}>Switch two-factor off</Button>
    </Group>
  );
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">Switch it off</Title>
      <FaultAlert fault={mailCode.fault} />
      <ActionForm action={switchOff} buttons={buttons}>
        <CodeField
          label="Code, to switch it off" takesRecoveryCode={method === 'totp'} isMailed={method === 'mail'} shownCode={shownCode}
          value={code} onChange={setCode} error={switchOff.fields['otp']}
        />
      </ActionForm>
    </Stack>
  );
};

export const ManageTwoFactor = ({ method, recoveryCodesLeft, onChanged }: {
  method: TwoFactorMethod; recoveryCodesLeft: number | undefined; onChanged: (recoveryCodes?: readonly string[]) => Promise<void>;
}): ReactNode => (
  <Stack gap="xl">
    <Alert variant="light" title="Two-factor is on">{method === 'totp' ? 'Your codes come from your authenticator app.' : 'Your codes come by mail.'}</Alert>
    {method === 'totp' && <NewRecoveryCodes codesLeft={recoveryCodesLeft ?? 0} onRenewed={onChanged} />}
    <SwitchOff method={method} onSwitchedOff={onChanged} />
  </Stack>
);
