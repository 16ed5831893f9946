import { Button, Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { FaultAlert } from './action-form';
import type { Loaded } from './use-loaded';

const heights = [28, 64, 64];

/** What was read; until then its outline, or why it could not be read and a way to try again. */
export const LoadedContent = <Value,>({ loaded, children }: { loaded: Loaded<Value>; children: (value: Value) => ReactNode }): ReactNode => {
  if (loaded.value !== undefined) return children(loaded.value);
  if (loaded.fault === undefined) return <Stack role="status" aria-busy="true" aria-label="Loading">{heights.map((height, index) => <Skeleton key={index} height={height} />)}</Stack>;
  return (
    <Stack align="flex-start">
      <FaultAlert fault={loaded.fault} />
      <Button variant="default" onClick={() => { void loaded.reload(); }}>Try again</Button>
    </Stack>
  );
};
