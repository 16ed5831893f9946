import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { Mark } from '../app/mark';
import classes from './account-frame.module.css';
import { inboxAddress } from './inbox';

const Welcome = (): ReactNode => (
  <aside className={classes.welcome}>
    <Group gap="sm"><Mark size={40} /><Text fw={700} size="lg">Chat</Text></Group>
    <div className={classes.talk} aria-hidden>
      <span className={classes.theirs}>Did the last one reach you?</span>
      <span className={classes.mine}>It did. Once, and in its place.</span>
      <span className={classes.theirs}>Even through the tunnel?</span>
      <span className={classes.mine}>Even there.</span>
    </div>
    <div>
      <Text className={classes.promise}>Say it once. It arrives.</Text>
      <Text className={classes.small}>Messages come in order and stay yours, on your own server.</Text>
    </div>
  </aside>
);

/** The page of who is not signed in. Its heading takes the focus, so that what has changed is read out. */
export const AccountFrame = ({ title, about, children }: { title: string; about?: string; children: ReactNode }): ReactNode => {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Chat`;
    heading.current?.focus();
  }, [title]);
  return (
    <div className={classes.frame}>
      <Welcome />
      <main className={classes.main}>
        <Stack className={classes.form} gap="lg">
          <div className={classes.phoneMark}><Mark size={48} /></div>
          <div>
            <Title order={1} size="h2" ref={heading} tabIndex={-1} className={classes.heading}>{title}</Title>
            {about !== undefined && <Text c="dimmed" mt={6}>{about}</Text>}
          </div>
          {children}
        </Stack>
        <Group component="footer" gap="lg" justify="center">
          <Anchor href="./docs" size="xs" c="dimmed">API reference</Anchor>
          {inboxAddress !== undefined && <Anchor href={inboxAddress} target="_blank" size="xs" c="dimmed">Inbox of this server</Anchor>}
        </Group>
      </main>
    </div>
  );
};
