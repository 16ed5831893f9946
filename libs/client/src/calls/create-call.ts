import { ChatError, refusesToken } from '../chat-error';
import type { SessionKeeper } from '../session/keep-session';
import { callsWithoutToken, type Call, type CallOptions } from './call-types';
import type { Post } from './post';

/** Calls with the session's token: renewed in time, and once more when the server finds it expired all the same. */
export const createCall = (post: Post, session: SessionKeeper): Call => {
  const asUser = async (name: string, request: object, options: CallOptions): Promise<unknown> => {
    const token = await session.freshToken();
    try {
      return await post(name, request, { ...options, token });
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      const goesOn = error.code === 'SESSION_REVOKED' && await session.revoked(token, error);
      if (!goesOn && !refusesToken(error)) throw error;
      return post(name, request, { ...options, token: await session.replaceToken(token) });
    }
  };

  const call = (name: string, request: object = {}, options: CallOptions = {}): Promise<unknown> =>
    name in callsWithoutToken || options.token !== undefined ? post(name, request, options) : asUser(name, request, options);
  // What a call answers is the contract's word: it is typed here, once, and not validated.
  return call as Call;
};
