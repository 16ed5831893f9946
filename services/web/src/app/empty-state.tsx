import { Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** What is shown where nothing is yet: what this place is for, and what to do next. */
export const EmptyState = ({ icon, title, children, action }: { icon: ReactNode; title: string; children?: ReactNode; action?: ReactNode }): ReactNode => (
  <Stack align="center" justify="center" gap="sm" p="xl" h="100%" ta="center">
    <ThemeIcon variant="light" size={56} radius="xl" aria-hidden>{icon}</ThemeIcon>
    <Title order={2} size="h4">{title}</Title>
    {children !== undefined && <Text c="dimmed" maw={340}>{children}</Text>}
    {action}
  </Stack>
);
