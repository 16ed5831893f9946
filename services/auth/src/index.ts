export { startAuth } from './main';
