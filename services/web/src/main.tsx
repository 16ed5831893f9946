import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { takeMailLink } from './account/mail-link';
import { App } from './app/app';
import { createPageClient } from './app/client-provider';
import { openWindowStorage } from './app/window-storage';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
const mailLink = takeMailLink();
const client = createPageClient(await openWindowStorage());
createRoot(root).render(<StrictMode><App client={client} mailLink={mailLink} /></StrictMode>);
