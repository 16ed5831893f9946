// Writes docs/openapi.json and docs/asyncapi.json from the schemas in libs/contracts. Run after a build: npm run docs:api
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { documentFiles } = createRequire(import.meta.url)('@chat-backend/contracts');
for (const [name, text] of Object.entries(documentFiles())) writeFileSync(new URL(`../docs/${name}`, import.meta.url), text);
