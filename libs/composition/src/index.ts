export * from './brief-log';
export { installationFolder } from './installation';
export { serviceNames, type ServiceName } from '@chat-backend/contracts';
export { keepSecretKey } from './keep-secret-key';
export * from './migrate-database';
export * from './run-process';
export * from './start-process';
export { runAdmin } from './operator/run-admin';
