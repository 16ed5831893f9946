import { setTimeout as pause } from 'node:timers/promises';

export interface ApiReply { status: number; code: string | undefined; data: unknown }

/** Whether asking again may have another answer: nobody answered, or somebody who is busy, away, or broken at the moment. */
const mayPass = (status: number): boolean => status === 0 || status === 429 || status >= 500;
const answerWithinMs = 4_000;
const pauseMs = 150;

const ask = async (url: string, name: string, token: string, body: object): Promise<ApiReply> => {
  try {
    const reply = await fetch(`${url}/api/v1/${name}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, ...body }), signal: AbortSignal.timeout(answerWithinMs),
    });
    const { code, data } = await reply.json() as { code?: string; data?: unknown };
    return { status: reply.status, code, data };
  } catch {
    return { status: 0, code: undefined, data: undefined };
  }
};

/**
 * One call of the documented API, asked until it has an answer that would stay: what the call does must bear to be done twice.
 * @throws Error when that takes longer than `withinMs`
 */
export const callApi = async (url: string, name: string, token: string, body: object, withinMs = 60_000): Promise<ApiReply> => {
  for (const deadline = Date.now() + withinMs; ; await pause(pauseMs * (0.5 + Math.random()))) {
    const reply = await ask(url, name, token, body);
    if (!mayPass(reply.status)) return reply;
    if (Date.now() > deadline) throw new Error(`${name} had no answer within ${withinMs / 1000} s; the last was ${reply.status} ${reply.code ?? ''}`);
  }
};
