const everyTest = require('./jest.config.js');

/** `npm run test:package`: what an app developer installs and reads, as it is packed and as it stands on the pages, against a real server. */
module.exports = {
  ...everyTest,
  testMatch: ['**/*.package.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 60_000,
};
