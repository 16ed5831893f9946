export { startGroup } from './main';
