import { Button, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { goTo } from '../app/router';
import { useAction } from '../app/use-action';
import { AccountFrame } from './account-frame';
import { PasswordField } from './fields';
import type { MailLink } from './mail-link';

interface DoneProps { title: string; about: string; goOn?: string; onDone: () => void }

const Done = ({ title, about, goOn = 'Go on', onDone }: DoneProps): ReactNode => (
  <AccountFrame title={title} about={about}><Button size="md" onClick={onDone}>{goOn}</Button></AccountFrame>
);

interface LinkProps { token: string; onDone: () => void }

const VerifyEmail = ({ token, onDone }: LinkProps): ReactNode => {
  const client = useClient();
  const [confirmed, setConfirmed] = useState<{ passwordNeeded: boolean }>();
  const action = useAction(async () => {
    const { data: { passwordNeeded = false } } = await client.call('verify-user', {}, { token });
    setConfirmed({ passwordNeeded });
  });
  if (confirmed?.passwordNeeded === true) {
    return (
      <Done
        title="Your address is confirmed" goOn="Choose a password" onDone={() => { onDone(); goTo('forgot-password'); }}
        about="It was registered more than once, with different passwords, perhaps not only by you. None of them counts: choose a new one."
      />
    );
  }
  if (confirmed !== undefined) return <Done title="Your address is confirmed" about="Your account is ready: sign in, or go on where you began." onDone={onDone} />;
  return (
    <AccountFrame title="Confirm your email address">
      <ActionForm action={action} buttons={<Button type="submit" size="md" loading={action.isBusy}>Confirm my email address</Button>}>
        <Text>One click, and your account is ready.</Text>
      </ActionForm>
    </AccountFrame>
  );
};

const ResetPassword = ({ token, onDone }: LinkProps): ReactNode => {
  const client = useClient();
  const [password, setPassword] = useState('');
  const [isDone, setIsDone] = useState(false);
  const action = useAction(async () => {
    await client.call('update-password', { password }, { token });
    setIsDone(true);
  });
  if (isDone) return <Done title="Your password is changed" about="All devices are signed out. Sign in with the new password." onDone={onDone} />;
  return (
    <AccountFrame title="Choose a new password">
      <ActionForm action={action} buttons={<Button type="submit" size="md" loading={action.isBusy}>Change my password</Button>}>
        <PasswordField isNew label="New password" value={password} onChange={setPassword} error={action.fields['password']} />
      </ActionForm>
    </AccountFrame>
  );
};

/** What the links of mails lead to. Opening one changes nothing: mail scanners open links, too. */
const MailLinkPage = ({ link: { purpose, token }, onDone }: { link: MailLink; onDone: () => void }): ReactNode => {
  if (token === undefined) {
    return <Done title="This link is not whole" about="Open the link of the mail again, all of it, or ask for a new mail." onDone={onDone} />;
  }
  return purpose === 'verify-email' ? <VerifyEmail token={token} onDone={onDone} /> : <ResetPassword token={token} onDone={onDone} />;
};
export default MailLinkPage;
