import { Anchor, PasswordInput, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { inboxAddress } from './inbox';
import { passwordMaxLength, passwordMinLength } from './limits';

interface FieldProps { value: string; onChange: (value: string) => void; error?: string | undefined }

export const EmailField = ({ value, onChange, error }: FieldProps): ReactNode => (
  <TextInput
    label="Email address" type="email" name="email" autoComplete="username" inputMode="email" required withAsterisk={false} size="md"
    value={value} error={error} onChange={(event) => { onChange(event.currentTarget.value); }}
  />
);

/** Tells a password manager whose password stands below. */
export const WhosePassword = ({ email }: { email: string }): ReactNode => <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />;

export const PasswordField = ({ label = 'Password', isNew = false, value, onChange, error }: FieldProps & { label?: string; isNew?: boolean }): ReactNode => (
  <PasswordInput
    label={label} name={isNew ? 'new-password' : 'password'} autoComplete={isNew ? 'new-password' : 'current-password'} required withAsterisk={false} size="md"
    {...(isNew ? { minLength: passwordMinLength, description: `At least ${passwordMinLength} characters; a few words in a row are good` } : {})} maxLength={passwordMaxLength}
    visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }}
    value={value} error={error} onChange={(event) => { onChange(event.currentTarget.value); }}
  />
);

const CodeSource = ({ isShown, isMailed }: { isShown: boolean; isMailed: boolean }): ReactNode => {
  if (isShown) return <Text size="sm" c="dimmed">This server is in contract mode: it shows the code here. Elsewhere it comes by mail.</Text>;
  if (!isMailed || inboxAddress === undefined) return null;
  return <Text size="sm" c="dimmed">This server sends no mails; they wait in <Anchor href={inboxAddress} target="_blank" size="sm">its inbox</Anchor>.</Text>;
};

/** A one-time code, or a recovery code in its place. `shownCode`: what the server answered with instead of mailing it. */
export const CodeField = ({ label = 'Code', value, onChange, error, shownCode, isMailed = true, takesRecoveryCode = false }: FieldProps & {
  label?: string; shownCode?: string | undefined; isMailed?: boolean; takesRecoveryCode?: boolean;
}): ReactNode => (
  <>
    <TextInput
      label={label} name="code" autoComplete="one-time-code" required withAsterisk={false} size="md" autoCapitalize="off" spellCheck={false}
      {...(takesRecoveryCode ? {} : { inputMode: 'numeric', maxLength: 6 })} placeholder="123456"
      value={value} error={error} onChange={(event) => { onChange(event.currentTarget.value.trim()); }}
    />
    <CodeSource isShown={shownCode !== undefined} isMailed={isMailed} />
  </>
);
