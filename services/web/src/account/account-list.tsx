import { Avatar, Button, Divider, Group, NavLink, Paper, SegmentedControl, Skeleton, Stack, Text, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { CircleBackslashIcon, DesktopIcon, DownloadIcon, ExitIcon, LockClosedIcon, MobileIcon, PersonIcon } from '@radix-ui/react-icons';
import type { ReactNode } from 'react';
import { usePageSession } from '../app/client-provider';
import { notifyError } from '../app/notify';
import { PaneHeader } from '../app/pane-header';
import { hrefOf, type Place } from '../app/router';
import classes from '../app/shell.module.css';
import { useAction } from '../app/use-action';
import { initialsOf } from '../people/initials-of';
import { useMyDetails, type MyDetails } from './use-my-details';

const links: readonly { place: Place; label: string; icon: ReactNode }[] = [
  { place: ['account', 'profile'], label: 'Profile', icon: <PersonIcon /> },
  { place: ['account', 'password'], label: 'Password', icon: <LockClosedIcon /> },
  { place: ['account', 'two-factor'], label: 'Two-factor', icon: <MobileIcon /> },
  { place: ['account', 'devices'], label: 'Signed-in devices', icon: <DesktopIcon /> },
  { place: ['people', 'blocked'], label: 'Blocked people', icon: <CircleBackslashIcon /> },
  { place: ['account', 'data'], label: 'Your data', icon: <DownloadIcon /> },
];

const Me = ({ details }: { details: MyDetails | undefined }): ReactNode => (
  <Group wrap="nowrap" p="md" gap="sm">
    <Avatar size="lg" color="pine" variant="light" {...(details?.profileImage?.startsWith('https:') === true ? { src: details.profileImage } : {})}>{initialsOf(details?.userName ?? details?.email ?? '')}</Avatar>
    {details === undefined ? <Skeleton height={36} /> : (
      <div style={{ minWidth: 0 }}>
        <Text fw={650} truncate>{details.userName ?? 'No name yet'}</Text>
        <Text size="sm" c="dimmed" truncate>{details.email}</Text>
      </div>
    )}
  </Group>
);

const Appearance = (): ReactNode => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const choices: { value: MantineColorScheme; label: string }[] = [{ value: 'light', label: 'Light' }, { value: 'dark', label: 'Dark' }, { value: 'auto', label: 'As the system' }];
  return (
    <Stack gap={6} px="md" py="sm">
      <Text size="sm" fw={550} id="appearance">Appearance</Text>
      <SegmentedControl aria-labelledby="appearance" fullWidth size="xs" data={choices} value={colorScheme} onChange={(value) => { setColorScheme(value); }} />
    </Stack>
  );
};

const AccountList = ({ place }: { place: Place }): ReactNode => {
  const { leave } = usePageSession();
  const { value: details } = useMyDetails();
  const signOut = useAction(() => leave().catch(notifyError));
  return (
    <>
      <PaneHeader title="Account" />
      <div className={classes.body}>
        <Me details={details} />
        <Paper component="nav" aria-label="Account" bg="transparent" px={8}>
          {links.map(({ place: target, label, icon }) => (
            <NavLink key={label} href={hrefOf(...target)} label={label} leftSection={icon} active={target[0] === 'account' && target[1] === place[0]} bdrs="md" />
          ))}
        </Paper>
        <Divider my="sm" />
        <Appearance />
        <Divider my="sm" />
        <Stack px="md" pb="md">
          <Button variant="default" leftSection={<ExitIcon />} loading={signOut.isBusy} onClick={() => { void signOut.run(); }}>Sign out</Button>
        </Stack>
      </div>
    </>
  );
};
export default AccountList;
