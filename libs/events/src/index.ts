export * from './domain-events';
export * from './in-process-events';
export * from './redis-events';
