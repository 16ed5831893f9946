import type { ReplyTo } from '@chat-backend/client';
import { useCallback, useEffect } from 'react';
import { useClient } from '../app/client-provider';
import { useLoaded, type Loaded } from '../app/use-loaded';

export type MyDetails = ReplyTo<'get-user-details'>['data'];

/** Who I am, and again when I change it, here or on another device. */
export const useMyDetails = (): Loaded<MyDetails> => {
  const client = useClient();
  const loaded = useLoaded(useCallback(async () => (await client.call('get-user-details', {})).data, [client]));
  const { reload } = loaded;
  useEffect(() => client.on('userEvent', ({ kind }) => { if (kind === 'profile') void reload(); }), [client, reload]);
  return loaded;
};
