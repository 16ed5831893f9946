export const templateDatabase = 'chat_template';
export const testSecret = 'a secret key for tests only, 32 bytes or more';
