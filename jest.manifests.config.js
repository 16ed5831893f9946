const { globalSetup: _setup, globalTeardown: _teardown, ...everyTest } = require('./jest.config.js');

/** `npm run test:manifests`: what is checked of k8s/. It needs Kustomize and packages of its own, and no database. */
module.exports = { ...everyTest, roots: ['<rootDir>/k8s/check'], testTimeout: 120_000 };
