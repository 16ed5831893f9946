export * from './brief-log';
export { installationFolder } from './installation';
export { serviceNames, type ServiceName } from '@chat-backend/contracts';
export { keepSecretKey } from './keep-secret-key';
export * from './migrate-database';
export * from './read-secret-files';
export * from './run-migration';
export * from './run-process';
export * from './start-process';
