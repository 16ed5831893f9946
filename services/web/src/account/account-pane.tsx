import { Container } from '@mantine/core';
import { GearIcon } from '@radix-ui/react-icons';
import type { ComponentType, ReactNode } from 'react';
import { createPart } from '../app/create-part';
import { EmptyState } from '../app/empty-state';
import { PaneHeader } from '../app/pane-header';
import type { Place } from '../app/router';
import classes from '../app/shell.module.css';
import { DevicesPage } from './devices-page';
import { PasswordPage } from './password-page';
import { ProfilePage } from './profile-page';

const twoFactorPage = createPart(() => import('./two-factor/two-factor-page'));
const dataPage = createPart(() => import('./data/data-page'));

const pages: Readonly<Record<string, { title: string; Page: ComponentType }>> = {
  profile: { title: 'Profile', Page: ProfilePage },
  password: { title: 'Password', Page: PasswordPage },
  'two-factor': { title: 'Two-factor', Page: twoFactorPage.Shown },
  devices: { title: 'Signed-in devices', Page: DevicesPage },
  data: { title: 'Your data', Page: dataPage.Shown },
};

const AccountPane = ({ place: [name = ''] }: { place: Place }): ReactNode => {
  const page = pages[name];
  if (page === undefined) return <EmptyState icon={<GearIcon width={24} height={24} />} title="Your account">Choose on the left what you want to look at or change.</EmptyState>;
  const { title, Page } = page;
  return (
    <>
      <PaneHeader title={title} back={['account']} takesFocus />
      <div className={classes.body}>
        <Container size={620} py="xl" px="lg"><Page /></Container>
      </div>
    </>
  );
};
export default AccountPane;
