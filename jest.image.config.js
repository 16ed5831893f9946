const { globalSetup: _setUp, globalTeardown: _tearDown, ...everyTest } = require('./jest.config.js');

/** `npm run test:image` runs these against what docker compose started; they bring no Postgres of their own. */
module.exports = {
  ...everyTest,
  testMatch: ['**/*.image.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 60_000,
};
