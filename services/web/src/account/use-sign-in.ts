import { useClient, usePageSession } from '../app/client-provider';
import type { Step } from './step';

/** Signs in, and goes on to the second factor where the server asks for it. @throws ChatError */
export const useSignIn = (onStep: (step: Step) => void): ((account: { email: string; password: string }) => Promise<void>) => {
  const client = useClient();
  const { refresh } = usePageSession();
  return async (account) => {
    const signedIn = await client.signIn(account);
    if (signedIn.isSignedIn) return refresh();
    onStep({ at: 'secondFactor', token: signedIn.token, ...(signedIn.twoFactorMethod === undefined ? {} : { method: signedIn.twoFactorMethod }) });
  };
};
