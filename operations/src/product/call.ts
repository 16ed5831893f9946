/** `POST /api/v1/<name>`. @returns what it answers as `data`. @throws Error with the answer, if that is a refusal */
export const call = async <Data>(url: string, name: string, body: object): Promise<Data> => {
  const reply = await fetch(`${url}/api/v1/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await reply.json() as { success: boolean; data: Data };
  if (!answer.success) throw new Error(`${name} was refused: ${JSON.stringify(answer)}`);
  return answer.data;
};

export interface Account { id: string; email: string; password: string; token: string; refreshToken: string }

const password = 'seven grey herons';

/** Registers, verifies and logs in, by the documented calls. */
export const newAccount = async (url: string, email: string): Promise<Account> => {
  const { token: first } = await call<{ token: string }>(url, 'register', { email, password });
  await call(url, 'verify-user', { token: first });
  return { email, password, ...await call<Pick<Account, 'id' | 'token' | 'refreshToken'>>(url, 'login', { email, password }) };
};

export const befriend = async (url: string, one: Account, other: Account): Promise<void> => {
  await call(url, 'sent-request', { token: one.token, to: other.id });
  await call(url, 'accept-request', { token: other.token, to: one.id });
};

export interface HistoryItem { seq: number; from: string; message: string }

const pageSize = 100;

/** All of a chat, page by page, by the documented call. */
export const readHistory = async (url: string, token: string, chatId: string, chatType: 'friend' | 'group'): Promise<HistoryItem[]> => {
  const items: HistoryItem[] = [];
  for (let isMore = true; isMore;) {
    const page = await call<HistoryItem[]>(url, 'get-messages', { token, chatId, chatType, afterSeq: items.at(-1)?.seq ?? 0, limit: pageSize });
    items.push(...page);
    isMore = page.length === pageSize;
  }
  return items;
};
