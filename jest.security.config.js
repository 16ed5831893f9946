const everyTest = require('./jest.config.js');

/** `npm run test:security`: the tests that try thousands of inputs, tokens, races and graphs, each in CI's size unless its environment says more. */
module.exports = {
  ...everyTest,
  testMatch: ['**/*.security.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 600_000,
};
