export * from './test-context';
export * from './test-database';
export * from './find-redis';
export * from './free-port';
export * from './redis-server';
export * from './test-redis';
export * from './smtp-server';
export * from './user-log';
