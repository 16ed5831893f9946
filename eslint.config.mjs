import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const onlyIn = (names, message) => ({ paths: names.map((name) => ({ name, message })) });
const prisma = onlyIn(['@prisma/client', '@prisma/adapter-pg'], 'Only libs/database speaks Prisma.');
const socketIo = onlyIn(['socket.io', '@socket.io/redis-adapter', 'engine.io'], 'Only realtime speaks Socket.IO.');
const restricted = (...groups) => ['error', { paths: groups.flatMap(({ paths }) => paths) }];

export default [
  { ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', '.data/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': restricted(prisma, socketIo),
      // Who may import whom (ARCHITECTURE.md): a service reaches another by a call or an event, never by an import.
      '@nx/enforce-module-boundaries': ['error', {
        enforceBuildableLibDependency: false,
        allow: [],
        depConstraints: [
          { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: [] },
          { sourceTag: 'layer:client', onlyDependOnLibsWithTags: ['layer:contracts'] },
          { sourceTag: 'layer:events', onlyDependOnLibsWithTags: ['layer:contracts'] },
          { sourceTag: 'layer:kit', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:events'] },
          { sourceTag: 'layer:database', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:kit', 'layer:events'] },
          { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:client', 'layer:kit', 'layer:events', 'layer:database'] },
          { sourceTag: 'data:owner', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:kit', 'layer:events', 'layer:database', 'layer:testing'] },
          { sourceTag: 'data:none', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:kit', 'layer:events', 'layer:testing'] },
          { sourceTag: 'layer:web', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:client', 'layer:testing'] },
          { sourceTag: 'layer:composition', onlyDependOnLibsWithTags: ['*'] },
          { sourceTag: 'layer:proof', onlyDependOnLibsWithTags: ['layer:contracts', 'layer:kit', 'layer:events', 'layer:database', 'layer:testing', 'layer:client'] },
        ],
      }],
    },
  },
  {
    // Browsers load the contracts: zod is all that they may bring with them.
    files: ['libs/contracts/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: '^(?!zod$|\\.{1,2}/)', message: 'The contracts depend on zod alone.' }] }] },
  },
  {
    // It runs in browsers: Socket.IO's client is all that it brings with it, and of the contracts it takes types alone, so that no schema is bundled.
    files: ['libs/client/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.fixture.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '^(?!socket\\.io-client$|@chat-backend/contracts$|\\.{1,2}/)', message: 'The client depends on socket.io-client alone.' }] }],
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [{ name: '@chat-backend/contracts', allowTypeImports: true, message: 'Types alone: no schema goes into an app.' }] }],
    },
  },
  // Its tests talk to a server of their own.
  { files: ['libs/client/src/**/*.fixture.ts'], rules: { 'no-restricted-imports': restricted(prisma) } },
  {
    // The page speaks to the server through the client alone; its tests start a server and a browser.
    files: ['services/web/src/**/*.{ts,tsx}'],
    ignores: ['**/*.test.ts', '**/*.fixture.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '^(@chat-backend/(?!client$|contracts$)|socket\\.io|node:)', message: 'The page is built on @chat-backend/client alone.' }] }],
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [{ name: '@chat-backend/contracts', allowTypeImports: true, message: 'Types alone: no schema goes into the page.' }] }],
      'no-restricted-globals': ['error', ...['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource'].map((name) => ({ name, message: 'Calls and sockets are those of @chat-backend/client.' }))],
    },
  },
  { files: ['libs/database/**/*.ts'], rules: { 'no-restricted-imports': restricted(socketIo) } },
  { files: ['services/realtime/**/*.ts'], rules: { 'no-restricted-imports': restricted(prisma) } },
];
