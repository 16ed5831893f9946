import { Button, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { explainError } from './explain-error';
import { useKeptFocus } from './keep-focus';

/** A list that could not be read, and the way out. */
export const LoadFailed = ({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactNode => {
  useKeptFocus();
  return (
    <Stack align="center" gap="sm" p="xl" ta="center" role="alert">
      <Text>{explainError(error)}</Text>
      <Button variant="default" onClick={onRetry}>Try again</Button>
    </Stack>
  );
};
