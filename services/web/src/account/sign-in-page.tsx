import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useClient } from '../app/client-provider';
import { explainError } from '../app/explain-error';

/** Signs in, and signs up whoever is new. */
export const SignInPage = (): ReactNode => {
  const client = useClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState<string>();
  const attempt = (work: () => Promise<unknown>) => (event: FormEvent): void => {
    event.preventDefault();
    work().catch((error: unknown) => { setFault(explainError(error)); });
  };
  const signUp = async (): Promise<void> => {
    const { token, otp } = await client.register({ email, password });
    await client.verify({ token, ...(otp === undefined ? {} : { otp }) });
    await client.signIn({ email, password });
  };
  return (
    <Stack align="center" justify="center" mih="100dvh" p="md">
      <Paper component="form" withBorder p="xl" w="100%" maw={400} onSubmit={attempt(() => client.signIn({ email, password }))}>
        <Stack>
          <Title order={1} size="h3">Sign in</Title>
          <TextInput label="Email" type="email" autoComplete="email" value={email} onChange={(event) => { setEmail(event.currentTarget.value); }} />
          <PasswordInput label="Password" autoComplete="current-password" value={password} onChange={(event) => { setPassword(event.currentTarget.value); }} />
          <Button type="submit">Sign in</Button>
          <Button variant="default" onClick={attempt(signUp)}>Sign up</Button>
          <Text c="red" role="alert">{fault}</Text>
        </Stack>
      </Paper>
    </Stack>
  );
};
