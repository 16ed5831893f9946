const everyTest = require('./jest.config.js');

/** `npm run test:browser`: the web client in a real browser, against a server of its own. */
module.exports = {
  ...everyTest,
  testMatch: ['**/*.browser.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
