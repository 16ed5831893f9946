import { Button, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { explainError } from '../app/explain-error';
import { PaneHeader } from '../app/pane-header';
import { replaceWith } from '../app/router';
import shell from '../app/shell.module.css';
import { useChats } from '../chats/chats-provider';

/** What was typed stays when it fails. */
export const NewGroup = (): ReactNode => {
  const { groups } = useChats();
  const [groupName, setGroupName] = useState('');
  const [about, setAbout] = useState('');
  const [profileImage, setProfileImage] = useState('');
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const isBadLink = profileImage !== '' && !/^https:\/\/[^/\\?#]/i.test(profileImage);
  const create = (event: FormEvent): void => {
    event.preventDefault();
    if (isBusy || isBadLink) return;
    setBusy(true);
    setFault(undefined);
    groups.create({ groupName: groupName.trim(), ...(about.trim() === '' ? {} : { about: about.trim() }), ...(profileImage === '' ? {} : { profileImage }) })
      .then(({ id }) => { replaceWith('chats', 'group', id); }, (error: unknown) => {
        setFault(explainError(error));
        setBusy(false);
      });
  };
  return (
    <>
      <PaneHeader title="New group" back={['groups']} />
      <div className={shell.body}>
        <Stack component="form" onSubmit={create} p="lg" maw={480} mx="auto">
          <Text c="dimmed">You become its owner. Everybody can find it and join, and sees what was written before.</Text>
          <TextInput label="Name" required maxLength={64} value={groupName} onChange={(event) => { setGroupName(event.currentTarget.value); }} data-autofocus />
          <Textarea label="About" autosize minRows={2} maxLength={500} value={about} onChange={(event) => { setAbout(event.currentTarget.value); }} />
          <TextInput
            label="Picture" description="A link that begins with https://" type="url" maxLength={2048} value={profileImage} onChange={(event) => { setProfileImage(event.currentTarget.value.trim()); }}
            error={isBadLink ? 'Give a link that begins with https://' : undefined}
          />
          <Text c="red" role="alert">{fault}</Text>
          <Button type="submit" loading={isBusy} disabled={groupName.trim() === ''}>Create group</Button>
        </Stack>
      </div>
    </>
  );
};
