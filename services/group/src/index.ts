export { startGroup } from './main';
export { openGroupForOperators, type GroupForOperators } from './operator/open-for-operators';
