import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/page.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { createPageClient } from './app/client-provider';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(<StrictMode><App client={createPageClient()} /></StrictMode>);
