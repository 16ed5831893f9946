import type { ChatClient } from '@chat-backend/client';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { MailLink } from '../account/mail-link';
import { ChatsProvider } from '../chats/chats-provider';
import { ClientProvider, MeProvider, usePageSession } from './client-provider';
import { ErrorBoundary } from './error-boundary';
import { Shell } from './shell';
import { theme } from './theme';

const SignedOut = lazy(() => import('../account/signed-out'));
const MailLinkPage = lazy(() => import('../account/mail-link-page'));

const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

const Page = ({ mailLink }: { mailLink: MailLink | undefined }): ReactNode => {
  const { userId } = usePageSession();
  const [openLink, setOpenLink] = useState(mailLink);
  if (openLink !== undefined) return <MailLinkPage link={openLink} onDone={() => { setOpenLink(undefined); }} />;
  if (userId === undefined) return null;
  if (userId === null) return <SignedOut />;
  return <MeProvider key={userId} value={userId}><ChatsProvider><Shell /></ChatsProvider></MeProvider>;
};

export const App = ({ client, mailLink }: { client: ChatClient; mailLink: MailLink | undefined }): ReactNode => (
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
    <Notifications position="top-center" limit={3} />
    <ErrorBoundary>
      <ClientProvider client={client}><Suspense fallback={null}><Page mailLink={mailLink} /></Suspense></ClientProvider>
    </ErrorBoundary>
  </MantineProvider>
);
