import { limits } from '@chat-backend/contracts';

/** Read when the first password is asked about: a process that sets none has no use for three megabytes of them. */
const read = async (): Promise<ReadonlySet<string>> => {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].filter(({ length }) => length >= limits.passwordMinLength));
};

let passwords: Promise<ReadonlySet<string>> | undefined;

/** Whether it is among the some 18,000 most used passwords that are long enough for us, in whatever case. */
export const isCommonPassword = async (password: string): Promise<boolean> => (await (passwords ??= read())).has(password.toLowerCase());
