import { ActionIcon, Group, Title } from '@mantine/core';
import { ArrowLeftIcon } from '@radix-ui/react-icons';
import { useEffect, useRef, type ReactNode } from 'react';
import { hrefOf, type Place } from './router';
import classes from './shell.module.css';

/**
 * The top of a list or of a pane. `back` is shown on a phone alone, where the list that it leads to is not beside it. `takesFocus`: for a pane in
 * which nothing else does, so that what has opened is read out.
 */
export const PaneHeader = ({ title, back, takesFocus = false, children }: { title: ReactNode; back?: Place; takesFocus?: boolean; children?: ReactNode }): ReactNode => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { if (takesFocus) heading.current?.focus({ preventScroll: true }); }, [takesFocus]);
  return (
    <Group component="header" className={classes.header} wrap="nowrap" gap="sm">
      {back !== undefined && (
        <ActionIcon component="a" href={hrefOf(...back)} variant="subtle" color="gray" size="lg" aria-label="Back" hiddenFrom="sm"><ArrowLeftIcon /></ActionIcon>
      )}
      <Title order={1} size="h4" ref={heading} {...(takesFocus ? { tabIndex: -1 } : {})} className={classes.heading} lineClamp={1} flex={1}>{title}</Title>
      {children}
    </Group>
  );
};
