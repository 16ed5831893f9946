import { Badge, Button, Group as Row, Stack, Text, Title } from '@mantine/core';
import { TokensIcon } from '@radix-ui/react-icons';
import { useState, type ReactNode } from 'react';
import { Confirm, type Question } from '../app/confirm';
import { EmptyState } from '../app/empty-state';
import { ListRow, LoadingRows, Rows } from '../app/list-row';
import { LoadFailed } from '../app/load-failed';
import { PaneHeader } from '../app/pane-header';
import { hrefOf, replaceWith, type Place } from '../app/router';
import shell from '../app/shell.module.css';
import { useChats } from '../chats/chats-provider';
import { nameOf } from '../people/person-name';
import { Picture } from '../people/picture';
import { useStore } from '../store/use-store';
import { FindGroup } from './find-group';
import type { Group, Member } from './keep-groups';
import { NewGroup } from './new-group';
import { useMembers } from './use-members';

const MemberRow = ({ member, isMe, mayRemove, onRemove }: { member: Member; isMe: boolean; mayRemove: boolean; onRemove: () => void }): ReactNode => (
  <ListRow
    picture={<Picture name={member.user_name} image={member.profile_image} />}
    title={isMe ? 'You' : nameOf(member)}
    {...(member.about === null ? {} : { quiet: member.about })}
    end={(
      <Row gap="xs" wrap="nowrap">
        {member.role === 'owner' && <Badge variant="light">Owner</Badge>}
        {mayRemove && <Button size="xs" variant="subtle" color="red" onClick={onRemove} aria-label={`Remove ${nameOf(member)}`}>Remove</Button>}
      </Row>
    )}
  />
);

/** What becomes of the group when I leave, as far as it is known who is in it. */
const afterLeaving = (isOwner: boolean, others: number): string => {
  const mine = 'You lose its history here.';
  if (!isOwner) return `${mine} Joining again brings it back.`;
  return others === 0
    ? `${mine} Nobody else is in it, so it closes for good.`
    : `${mine} It goes on, and belongs to whoever has been in it longest. Joining again brings the history back, and not the group.`;
};

const GroupDetails = ({ group }: { group: Group }): ReactNode => {
  const { groups, me } = useChats();
  const { members, status, error, reload, drop } = useMembers(group.id);
  const [question, setQuestion] = useState<Question>();
  const isOwner = members.some(({ id, role }) => id === me && role === 'owner');
  const leave: Question = {
    title: `Leave ${group.groupName}?`, verb: 'Leave group', text: afterLeaving(isOwner, members.length - 1),
    work: async () => {
      await groups.leave(group.id);
      replaceWith('groups');
    },
  };
  const removal = (member: Member): Question => ({
    title: `Remove ${nameOf(member)}?`, verb: 'Remove', text: `${nameOf(member)} can neither read nor write here any more, and may join again.`,
    work: async () => {
      await groups.removeMember(group.id, member.id);
      drop(member.id);
    },
  });
  return (
    <>
      <PaneHeader title={group.groupName} back={['groups']} />
      <div className={shell.body}>
        <Stack align="center" gap="sm" p="xl" ta="center">
          <Picture name={group.groupName} image={group.profileImage} isGroup size={96} />
          <Title order={2} size="h3" style={{ overflowWrap: 'anywhere' }}>{group.groupName}</Title>
          {group.about !== null && <Text maw={460} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{group.about}</Text>}
          <Row>
            <Button component="a" href={hrefOf('chats', 'group', group.id)}>Open chat</Button>
            <Button variant="subtle" color="red" onClick={() => { setQuestion(leave); }}>Leave</Button>
          </Row>
        </Stack>
        {status === 'loading' && <LoadingRows />}
        {status === 'failed' && <LoadFailed error={error} onRetry={reload} />}
        <Rows label={members.length === 1 ? '1 member' : `${members.length} members`}>
          {members.map((member) => (
            <MemberRow key={member.id} member={member} isMe={member.id === me} mayRemove={isOwner && member.id !== me} onRemove={() => { setQuestion(removal(member)); }} />
          ))}
        </Rows>
      </div>
      <Confirm question={question} onClose={() => { setQuestion(undefined); }} />
    </>
  );
};

/** A group of mine, a new one, or those that I can join. */
const GroupPane = ({ place: [which] }: { place: Place }): ReactNode => {
  const { mine, loading } = useStore(useChats().groups);
  const group = mine.find(({ id }) => id === which);
  if (which === 'new') return <NewGroup />;
  if (which === 'find') return <FindGroup />;
  if (group !== undefined) return <GroupDetails group={group} />;
  if (loading.status === 'loading') return null;
  const isGone = which !== undefined;
  return (
    <EmptyState
      icon={<TokensIcon width={24} height={24} />} title={isGone ? 'You are not in this group' : 'Choose a group'}
      {...(isGone ? { action: <Button component="a" href={hrefOf('groups')} variant="light">All groups</Button> } : {})}
    >
      {isGone ? 'You left it, were removed, or it is closed.' : 'Here you see who is in it.'}
    </EmptyState>
  );
};
export default GroupPane;
