import type { ReplyTo, TwoFactorMethod } from '@chat-backend/client';
import { Button, Code, CopyButton, Group, Paper, Radio, Stack, Text } from '@mantine/core';
import { QRCodeSVG } from 'qrcode.react';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../../app/action-form';
import { useClient } from '../../app/client-provider';
import { notify } from '../../app/notify';
import { explainToOwner } from '../../app/explain-error';
import { useAction } from '../../app/use-action';
import { CodeField, PasswordField } from '../fields';

type Begun = ReplyTo<'begin-two-factor'>['data'];

const Choose = ({ onBegun }: { onBegun: (begun: Begun) => void }): ReactNode => {
  const client = useClient();
  const [method, setMethod] = useState<TwoFactorMethod>('totp');
  const [currentPassword, setCurrentPassword] = useState('');
  const begin = useAction(async () => { onBegun((await client.call('begin-two-factor', { method, currentPassword })).data); }, explainToOwner);
  return (
    <ActionForm action={begin} buttons={<Group><Button type="submit" loading={begin.isBusy}>Go on</Button></Group>}>
      <Radio.Group label="How do you want to get your codes?" value={method} onChange={setMethod}>
        <Stack gap="xs" mt="xs">
          <Radio value="totp" label="From an authenticator app" description="Works without a network, and comes with recovery codes" />
          <Radio value="mail" label="By mail" description="Needs nothing more than your mailbox" />
        </Stack>
      </Radio.Group>
      <PasswordField label="Current password" value={currentPassword} onChange={setCurrentPassword} error={begin.fields['currentPassword']} />
    </ActionForm>
  );
};

const Secret = ({ uri, secret }: { uri: string; secret: string }): ReactNode => (
  <>
    <Text>Scan this with your authenticator app, then enter the code that it shows.</Text>
    <Group align="center">
      {/* Cameras want dark on light, whatever the page looks like. */}
      <Paper withBorder p="md" bg="white"><QRCodeSVG value={uri} size={168} title="QR code for your authenticator app" /></Paper>
      <Stack gap="xs" flex={1} miw={200}>
        <Text size="sm" c="dimmed">No camera? Enter this key in the app:</Text>
        <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>{secret}</Code>
        <CopyButton value={secret}>{({ copied, copy }) => <Button variant="default" size="xs" onClick={copy}>{copied ? 'Copied' : 'Copy the key'}</Button>}</CopyButton>
      </Stack>
    </Group>
  </>
);

const Confirm = ({ begun, onBack, onSwitchedOn }: { begun: Begun; onBack: () => void; onSwitchedOn: (recoveryCodes?: readonly string[]) => Promise<void> }): ReactNode => {
  const client = useClient();
  const [code, setCode] = useState(begun.otp ?? '');
  const confirm = useAction(async () => {
    const { data } = await client.call('confirm-two-factor', { otp: code });
    notify('Two-factor is on. All other devices are signed out.');
    await onSwitchedOn(data.recoveryCodes);
  });
  const buttons = <Group><Button type="submit" loading={confirm.isBusy}>Switch two-factor on</Button><Button variant="subtle" color="gray" onClick={onBack}>Back</Button></Group>;
  return (
    <ActionForm action={confirm} buttons={buttons}>
      {begun.uri !== undefined && begun.secret !== undefined ? <Secret uri={begun.uri} secret={begun.secret} /> : <Text>We have mailed a code to you. Enter it to switch two-factor on.</Text>}
      <CodeField value={code} onChange={setCode} error={confirm.fields['otp']} shownCode={begun.otp} isMailed={begun.method === 'mail'} />
    </ActionForm>
  );
};

/** Two-factor is off: choose a way, and prove that it works before it is asked for. */
export const SwitchOn = ({ onSwitchedOn }: { onSwitchedOn: (recoveryCodes?: readonly string[]) => Promise<void> }): ReactNode => {
  const [begun, setBegun] = useState<Begun>();
  if (begun === undefined) return <Choose onBegun={setBegun} />;
  return <Confirm begun={begun} onBack={() => { setBegun(undefined); }} onSwitchedOn={onSwitchedOn} />;
};
