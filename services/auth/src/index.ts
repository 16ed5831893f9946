export { startAuth } from './main';
export { openAuthForOperators, type AuthForOperators, type OperatorContext } from './operator/open-for-operators';
export type { ListedMail } from './operator/list-mails';
export type { ListedUser } from './operator/list-users';
export type { Retried } from './operator/retry-mails';
