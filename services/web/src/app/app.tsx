import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect, type ReactNode } from 'react';
import type { ChatClient } from '@chat-backend/client';
import { SignInPage } from '../account/sign-in-page';
import { ChatsProvider } from '../chats/chats-provider';
import { ClientProvider, MeProvider, useClient, useSignedIn } from './client-provider';
import { ErrorBoundary } from './error-boundary';
import { Shell } from './shell';
import { theme } from './theme';

const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

const Page = (): ReactNode => {
  const client = useClient();
  const me = useSignedIn(client);
  useEffect(() => { if (typeof me === 'string') void client.connect().catch(() => undefined); }, [client, me]);
  if (me === undefined) return null;
  if (me === null) return <SignInPage />;
  return <MeProvider key={me} value={me}><ChatsProvider><Shell /></ChatsProvider></MeProvider>;
};

export const App = ({ client }: { client: ChatClient }): ReactNode => (
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
    <Notifications position="top-center" limit={3} />
    <ErrorBoundary>
      <ClientProvider client={client}><Page /></ClientProvider>
    </ErrorBoundary>
  </MantineProvider>
);
