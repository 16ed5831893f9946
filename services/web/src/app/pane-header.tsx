import { ActionIcon, Group, Title } from '@mantine/core';
import { ArrowLeftIcon } from '@radix-ui/react-icons';
import type { ReactNode } from 'react';
import { hrefOf, type Place } from './router';
import classes from './shell.module.css';

/** The top of a list or of a pane. `back` is shown on a phone alone, where the list that it leads to is not beside it. */
export const PaneHeader = ({ title, back, children }: { title: ReactNode; back?: Place; children?: ReactNode }): ReactNode => (
  <Group component="header" className={classes.header} wrap="nowrap" gap="sm">
    {back !== undefined && (
      <ActionIcon component="a" href={hrefOf(...back)} variant="subtle" color="gray" size="lg" aria-label="Back" className={classes.back}><ArrowLeftIcon /></ActionIcon>
    )}
    <Title order={1} size="h4" lineClamp={1} flex={1}>{title}</Title>
    {children}
  </Group>
);
