import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useClient } from '../app/client-provider';
import { notify, notifyError } from '../app/notify';
import { useAction } from '../app/use-action';
import { useCountdown } from '../app/use-countdown';

const waitSeconds = 30;

/** Asks for another code, not too often. `onCode` is told the new one where the server shows it. */
export const ResendCode = ({ token, onCode }: { token: string; onCode: (otp: string | undefined) => void }): ReactNode => {
  const client = useClient();
  const [left, restart] = useCountdown(waitSeconds);
  const resend = useAction(async () => {
    try {
      const { data } = await client.call('resend-email', {}, { token });
      onCode(data.otp);
      notify('A new code is on its way. The one before is worth nothing now.');
    } catch (error) {
      notifyError(error);
    } finally {
      restart();
    }
  });
  return (
    <Button variant="subtle" disabled={left > 0} loading={resend.isBusy} onClick={() => { void resend.run(); }}>
      {left > 0 ? `Send a new code (in ${left} s)` : 'Send a new code'}
    </Button>
  );
};
