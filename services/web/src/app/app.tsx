import type { ChatClient } from '@chat-backend/client';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import type { MailLink } from '../account/mail-link';
import { ClientProvider, MeProvider, usePageSession } from './client-provider';
import { createPart } from './create-part';
import { ErrorBoundary } from './error-boundary';
import { theme } from './theme';

const signedIn = createPart(() => import('./signed-in'));
const signedOut = createPart(() => import('../account/signed-out'));
const mailLinkPage = createPart(() => import('../account/mail-link-page'));

const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';

const Page = ({ mailLink }: { mailLink: MailLink | undefined }): ReactNode => {
  const { userId } = usePageSession();
  const [openLink, setOpenLink] = useState(mailLink);
  if (openLink !== undefined) return <mailLinkPage.Shown link={openLink} onDone={() => { setOpenLink(undefined); }} />;
  if (userId === undefined) return null;
  if (userId === null) return <signedOut.Shown />;
  return <MeProvider key={userId} value={userId}><signedIn.Shown /></MeProvider>;
};

export const App = ({ client, mailLink }: { client: ChatClient; mailLink: MailLink | undefined }): ReactNode => (
  <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
    <Notifications position="top-center" limit={3} />
    <ErrorBoundary>
      <ClientProvider client={client}><Page mailLink={mailLink} /></ClientProvider>
    </ErrorBoundary>
  </MantineProvider>
);
