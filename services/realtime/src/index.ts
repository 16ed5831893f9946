export { startRealtime } from './main';
