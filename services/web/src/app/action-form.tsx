import { Alert, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Action } from './use-action';

/** What went wrong; read out as soon as it is there. */
export const FaultAlert = ({ fault }: { fault: string | undefined }): ReactNode => (
  <div role="alert">{fault !== undefined && <Alert color="red" variant="light" p="sm">{fault}</Alert>}</div>
);

/** A form that runs an action, and says above its buttons why it failed. */
export const ActionForm = ({ action, children, buttons }: { action: Pick<Action<[]>, 'fault' | 'run'>; children?: ReactNode; buttons: ReactNode }): ReactNode => (
  <Stack component="form" gap="md" onSubmit={(event) => { event.preventDefault(); void action.run(); }}>
    {children}
    <FaultAlert fault={action.fault} />
    {buttons}
  </Stack>
);
