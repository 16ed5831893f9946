export { startMessaging } from './main';
