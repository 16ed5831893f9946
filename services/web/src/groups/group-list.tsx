import { Button, Group as Row } from '@mantine/core';
import { TokensIcon, MagnifyingGlassIcon, PlusIcon } from '@radix-ui/react-icons';
import type { ReactNode } from 'react';
import { EmptyState } from '../app/empty-state';
import { ListRow, LoadingRows, Rows } from '../app/list-row';
import { LoadFailed } from '../app/load-failed';
import { PaneHeader } from '../app/pane-header';
import { hrefOf, type Place } from '../app/router';
import shell from '../app/shell.module.css';
import { useChats } from '../chats/chats-provider';
import { Picture } from '../people/picture';
import { useStore } from '../store/use-store';

/** The groups that I am in. */
const GroupList = ({ place: [current] }: { place: Place }): ReactNode => {
  const { groups } = useChats();
  const { loading, mine } = useStore(groups);
  const rows = mine.map(({ id, groupName, about, profileImage }) => (
    <ListRow
      key={id} href={hrefOf('groups', id)} isCurrent={id === current} title={groupName} picture={<Picture name={groupName} image={profileImage} isGroup />}
      {...(about === null || about === '' ? {} : { quiet: about })}
    />
  ));
  return (
    <>
      <PaneHeader title="Groups" />
      <Row gap="xs" p="sm" grow>
        <Button component="a" href={hrefOf('groups', 'new')} size="sm" leftSection={<PlusIcon />}>New group</Button>
        <Button component="a" href={hrefOf('groups', 'find')} size="sm" variant="default" leftSection={<MagnifyingGlassIcon />}>Find groups</Button>
      </Row>
      <div className={shell.body}>
        {loading.status === 'loading' ? <LoadingRows />
          : loading.status === 'failed' ? <LoadFailed error={loading.error} onRetry={() => { void groups.load(); }} />
            : rows.length === 0 ? <EmptyState icon={<TokensIcon width={24} height={24} />} title="You are in no group">Begin one, or find one that is there already. Groups are public: everybody can join.</EmptyState>
              : <Rows label="My groups" isLabelHidden>{rows}</Rows>}
      </div>
    </>
  );
};
export default GroupList;
