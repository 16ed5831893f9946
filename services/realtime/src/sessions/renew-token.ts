import { Refusal, type Caller } from '@chat-backend/service-kit';
import type { ChatSocket } from '../chat-server';
import type { Authenticate } from '../connections/authenticate-socket';

/**
 * Puts another token in the place of the one that a socket came with: from here on the socket lives as long as the new one and its session.
 * @throws Refusal as a handshake does; TOKEN_INVALID for a token of another user
 */
export const createRenewToken = (authenticate: Authenticate) =>
  async (caller: Caller, { token }: { token: string }, socket: ChatSocket): Promise<{ expiresIn: number }> => {
    const renewed = authenticate(token);
    if (renewed.userId !== caller.userId) throw new Refusal('TOKEN_INVALID');
    socket.data.caller = renewed;
    return { expiresIn: Math.floor(renewed.expiresAt - Date.now() / 1000) };
  };
