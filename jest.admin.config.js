const everyTest = require('./jest.config.js');

/** `npm run test:admin`: the operators' command line as operators have it, each command a process of its own against services that run, or do not. */
module.exports = {
  ...everyTest,
  testMatch: ['**/*.admin.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 60_000,
};
