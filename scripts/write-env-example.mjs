// Writes .env.example from the schemas in libs/contracts. Run after a build: npm run docs:env
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { environmentExample } = createRequire(import.meta.url)('@chat-backend/contracts');
writeFileSync(new URL('../.env.example', import.meta.url), environmentExample());
