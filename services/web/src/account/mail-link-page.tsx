import { ChatError, type ChatErrorCode } from '@chat-backend/client';
import { Button, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { goTo } from '../app/router';
import { useAction, type Action } from '../app/use-action';
import { AccountFrame } from './account-frame';
import { PasswordField } from './fields';
import type { MailLink } from './mail-link';

interface DoneProps { title: string; about: string; goOn?: string | undefined; onDone: () => void }

const Done = ({ title, about, goOn = 'Go on', onDone }: DoneProps): ReactNode => (
  <AccountFrame title={title} about={about}><Button size="md" onClick={onDone}>{goOn}</Button></AccountFrame>
);

interface LinkProps { token: string; onDone: () => void }

const spentBy: readonly ChatErrorCode[] = ['CHALLENGE_EXPIRED', 'TOKEN_EXPIRED', 'TOKEN_INVALID', 'WRONG_TOKEN_PURPOSE'];

/** Whether trying once more with the link is of no use. */
const isSpent = (error: unknown): boolean => error instanceof ChatError && spentBy.includes(error.code);

const SpentLink = ({ goOn, onDone }: Pick<DoneProps, 'goOn' | 'onDone'>): ReactNode => (
  <Done
    title="This link does not work any more" goOn={goOn} onDone={onDone}
    about="It is older than ten minutes, was used before, or a later mail has taken its place. Open the link of the latest mail, or begin again."
  />
);

/** Follows the link. @param follow what the link does; it says how that ended */
const useLink = <Ending extends string>(follow: () => Promise<Ending>): { ending: Ending | 'spent' | undefined; action: Action<[]> } => {
  const [ending, setEnding] = useState<Ending | 'spent'>();
  const action = useAction(async () => {
    setEnding(await follow().catch((error: unknown) => {
      if (isSpent(error)) return 'spent' as const;
      throw error;
    }));
  });
  return { ending, action };
};

const VerifyEmail = ({ token, onDone }: LinkProps): ReactNode => {
  const client = useClient();
  const { ending, action } = useLink(async () => {
    const { data } = await client.call('verify-user', {}, { token });
    return data.passwordNeeded === true ? 'passwordNeeded' : 'confirmed';
  });
  switch (ending) {
    case 'spent':
      return <SpentLink goOn="Sign in" onDone={() => { onDone(); goTo('sign-in'); }} />;
    case 'passwordNeeded':
      return (
        <Done
          title="Your address is confirmed" goOn="Choose a password" onDone={() => { onDone(); goTo('forgot-password'); }}
          about="It was registered more than once, with different passwords, perhaps not only by you. None of them counts: choose a new one."
        />
      );
    case 'confirmed':
      return <Done title="Your address is confirmed" about="Your account is ready: sign in, or go on where you began." onDone={onDone} />;
    case undefined:
      return (
        <AccountFrame title="Confirm your email address">
          <ActionForm action={action} buttons={<Button type="submit" size="md" loading={action.isBusy}>Confirm my email address</Button>}>
            <Text>One click, and your account is ready. If you did not make one here, close this page: without the click nothing happens.</Text>
          </ActionForm>
        </AccountFrame>
      );
  }
};

const ResetPassword = ({ token, onDone }: LinkProps): ReactNode => {
  const client = useClient();
  const [password, setPassword] = useState('');
  const { ending, action } = useLink(async () => {
    await client.call('update-password', { password }, { token });
    return 'changed';
  });
  switch (ending) {
    case 'spent':
      return <SpentLink goOn="Ask for a new mail" onDone={() => { onDone(); goTo('forgot-password'); }} />;
    case 'changed':
      return <Done title="Your password is changed" about="All devices are signed out. Sign in with the new password." onDone={onDone} />;
    case undefined:
      return (
        <AccountFrame title="Choose a new password">
          <ActionForm action={action} buttons={<Button type="submit" size="md" loading={action.isBusy}>Change my password</Button>}>
            <PasswordField isNew label="New password" value={password} onChange={setPassword} error={action.fields['password']} />
          </ActionForm>
        </AccountFrame>
      );
  }
};

/** What the links of mails lead to. Opening one changes nothing: mail scanners open links, too. */
const MailLinkPage = ({ link: { purpose, token }, onDone }: { link: MailLink; onDone: () => void }): ReactNode => {
  if (token === undefined) {
    return <Done title="This link is not whole" about="Open the link of the mail again, all of it, or ask for a new mail." onDone={onDone} />;
  }
  return purpose === 'verify-email' ? <VerifyEmail token={token} onDone={onDone} /> : <ResetPassword token={token} onDone={onDone} />;
};
export default MailLinkPage;
