import type { ChatClient } from '@chat-backend/client';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { MailLink } from '../account/mail-link';
import { ClientProvider, usePageSession } from './client-provider';
import { ErrorBoundary } from './error-boundary';
import { theme } from './theme';

const SignedOut = lazy(() => import('../account/signed-out'));
const SignedIn = lazy(() => import('./signed-in'));
const MailLinkPage = lazy(() => import('../account/mail-link-page'));

const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

const Page = ({ mailLink }: { mailLink: MailLink | undefined }): ReactNode => {
  const { userId } = usePageSession();
  const [openLink, setOpenLink] = useState(mailLink);
  if (openLink !== undefined) return <MailLinkPage link={openLink} onDone={() => { setOpenLink(undefined); }} />;
  if (userId === undefined) return null;
  if (userId === null) return <SignedOut />;
  return <SignedIn key={userId} userId={userId} />;
};

export const App = ({ client, mailLink }: { client: ChatClient; mailLink: MailLink | undefined }): ReactNode => (
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
    <Notifications position="top-center" limit={3} />
    <ErrorBoundary>
      <ClientProvider client={client}><Suspense fallback={null}><Page mailLink={mailLink} /></Suspense></ClientProvider>
    </ErrorBoundary>
  </MantineProvider>
);
