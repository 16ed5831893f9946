const everyTest = require('./jest.config.js');

/** `npm run test:operations`: the commands of docs/operations.md, the previous release beside this one, and the alerts, with the real tools. */
module.exports = {
  ...everyTest,
  roots: ['<rootDir>/operations'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  testTimeout: 120_000,
  // Each starts processes of its own.
  maxWorkers: 1,
};
