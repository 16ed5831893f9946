// Builds the web client to dist/, which the gateway serves. `vite` alone (npm run dev:web) serves it from its sources, in front of a running server.
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.SERVER_URL ?? 'http://localhost:2001';
const isBuild = process.argv.includes('build');

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Addresses of files are relative, so that it works below any PUBLIC_URL.
  base: './',
  plugins: [react()],
  resolve: { alias: { '@chat-backend/client': fileURLToPath(new URL('../../libs/client/src/index.ts', import.meta.url)) } },
  // The gateway puts another nonce here for each visitor; without it no style that is made at run time is applied.
  html: isBuild ? { cspNonce: '__NONCE__' } : {},
  build: { target: 'es2022', outDir: 'dist', assetsDir: 'web', emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: false },
  server: {
    port: 5173, host: '127.0.0.1',
    proxy: { '/api': server, '/inbox': server, '/docs': server, '/socket.io': { target: server, ws: true } },
  },
});
