import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentExample } from './environment';

describe('.env.example', () => {
  it('says what the schemas say (npm run docs:env writes it)', () => {
    expect(readFileSync(join(__dirname, '../../../.env.example'), 'utf8')).toBe(environmentExample());
  });
});
