export { startSocialGraph } from './main';
