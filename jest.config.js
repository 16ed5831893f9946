/** Tests run from source; only what they start as processes of its own is the built product. */
module.exports = {
  rootDir: __dirname,
  roots: ['<rootDir>/libs', '<rootDir>/services', '<rootDir>/scripts', '<rootDir>/bench', '<rootDir>/faults'],
  testMatch: ['**/*.test.ts'],
  // Those that count up to thousands have a command of their own: jest.security.config.js; so have those in a browser: jest.browser.config.js.
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.security\\.test\\.ts$', '\\.browser\\.test\\.ts$'],
  modulePathIgnorePatterns: ['<rootDir>/(libs|services)/[^/]+/dist/'],
  testEnvironment: 'node',
  transform: { '^.+\\.(ts|mjs)$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, module: { type: 'commonjs' } }] },
  moduleNameMapper: {
    '^@chat-backend/(contracts|client|service-kit|events|database|testing|composition)$': '<rootDir>/libs/$1/src/index.ts',
    '^@chat-backend/(gateway|auth|social-graph|group|messaging|realtime)$': '<rootDir>/services/$1/src/index.ts',
  },
  globalSetup: '<rootDir>/libs/testing/src/jest-global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/jest-global-teardown.ts',
  testTimeout: 20_000,
  maxWorkers: 2,
};
