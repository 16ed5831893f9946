import { Button, Center, Text, TextInput } from '@mantine/core';
import { MagnifyingGlassIcon } from '@radix-ui/react-icons';
import { useEffect, useState, type ReactNode } from 'react';
import { ListRow, LoadingRows, Rows } from '../app/list-row';
import { LoadFailed } from '../app/load-failed';
import { PaneHeader } from '../app/pane-header';
import { goTo } from '../app/router';
import shell from '../app/shell.module.css';
import { useServerAction } from '../app/use-server-action';
import { useChats } from '../chats/chats-provider';
import { Picture } from '../people/picture';
import { useStore } from '../store/use-store';
import { findGroups } from './find-groups';
import type { Group } from './keep-groups';

const Joinable = ({ group }: { group: Group }): ReactNode => {
  const { groups } = useChats();
  const { isBusy, run } = useServerAction();
  const join = async (): Promise<void> => {
    await groups.join(group);
    goTo('chats', 'group', group.id);
  };
  return (
    <ListRow
      title={group.groupName} picture={<Picture name={group.groupName} image={group.profileImage} isGroup />} {...(group.about === null ? {} : { quiet: group.about })}
      end={<Button size="xs" variant="light" loading={isBusy} onClick={() => { run(join); }} aria-label={`Join ${group.groupName}`}>Join</Button>}
    />
  );
};

/** Groups that I am not in. */
export const FindGroup = (): ReactNode => {
  const { client, groups } = useChats();
  const { mine } = useStore(groups);
  const [finder] = useState(() => findGroups(client));
  const { query, found, status, error, hasMore } = useStore(finder);
  useEffect(() => { finder.reload(); }, [finder]);
  const others = found.filter(({ id }) => !mine.some((group) => group.id === id));
  return (
    <>
      <PaneHeader title="Find groups" back={['groups']} />
      <TextInput
        m="sm" type="search" placeholder="Part of the name" aria-label="Find groups" maxLength={64} leftSection={<MagnifyingGlassIcon />}
        onChange={(event) => { finder.ask(event.currentTarget.value); }}
      />
      <div className={shell.body}>
        {status === 'failed' && <LoadFailed error={error} onRetry={finder.reload} />}
        {status === 'reading' && others.length === 0 && <LoadingRows />}
        <Text role="status" size="sm" c="dimmed" px="md">
          {status === 'ready' && others.length === 0 && !hasMore && (query === '' ? 'There is no group that you could join. Begin one.' : `No group has “${query}” in its name.`)}
        </Text>
        <Rows label="Groups to join" isLabelHidden>{others.map((group) => <Joinable key={group.id} group={group} />)}</Rows>
        {status === 'ready' && hasMore && <Center p="md"><Button variant="subtle" onClick={finder.more}>{others.length === 0 ? 'Look further' : 'Show more'}</Button></Center>}
      </div>
    </>
  );
};
