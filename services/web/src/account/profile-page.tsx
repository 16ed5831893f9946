import { Avatar, Button, Group, NumberInput, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ActionForm } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { LoadedContent } from '../app/loaded-content';
import { notify } from '../app/notify';
import { useAction } from '../app/use-action';
import { initialsOf } from '../people/initials-of';
import { aboutLength, linkLength, nameLength, oldest } from './limits';
import { useMyDetails, type MyDetails } from './use-my-details';

/** What is left empty is cleared. */
const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

const ProfileForm = ({ details, onSaved }: { details: MyDetails; onSaved: () => Promise<void> }): ReactNode => {
  const client = useClient();
  const [userName, setUserName] = useState(details.userName ?? '');
  const [about, setAbout] = useState(details.about ?? '');
  const [profileImage, setProfileImage] = useState(details.profileImage ?? '');
  const [age, setAge] = useState<number | string>(details.age ?? '');
  const save = useAction(async () => {
    await client.call('update-profile', { userName: orNull(userName), about: orNull(about), profileImage: orNull(profileImage), age: typeof age === 'number' ? age : null });
    await onSaved();
    notify('Your profile is saved.');
  });
  const isPicture = profileImage.startsWith('https://');
  return (
    <ActionForm action={save} buttons={<Group><Button type="submit" loading={save.isBusy}>Save</Button></Group>}>
      <TextInput
        label="Name" description="How others see you, and find you" autoComplete="nickname" maxLength={nameLength}
        value={userName} error={save.fields['userName']} onChange={(event) => { setUserName(event.currentTarget.value); }}
      />
      <Textarea
        label="About you" autosize minRows={3} maxRows={8} maxLength={aboutLength} description={`${about.length} of ${aboutLength} characters`}
        value={about} error={save.fields['about']} onChange={(event) => { setAbout(event.currentTarget.value); }}
      />
      <Group align="flex-end" wrap="nowrap">
        <Avatar size="lg" alt="" color="pine" {...(isPicture ? { src: profileImage } : {})}>{initialsOf(userName || details.email)}</Avatar>
        <TextInput
          flex={1} label="Picture" description="The address of a picture; it begins with https://" type="url" pattern="https://.+" title="An address that begins with https://"
          placeholder="https://example.com/me.jpg" maxLength={linkLength}
          value={profileImage} error={save.fields['profileImage']} onChange={(event) => { setProfileImage(event.currentTarget.value); }}
        />
      </Group>
      <NumberInput label="Age" maw={120} min={0} max={oldest} allowDecimal={false} value={age} error={save.fields['age']} onChange={setAge} />
    </ActionForm>
  );
};

export const ProfilePage = (): ReactNode => {
  const loaded = useMyDetails();
  return (
    <Stack>
      <Text c="dimmed">Your friends, and whoever finds you, see this. Your email address is shown to nobody whom you do not know.</Text>
      <LoadedContent loaded={loaded}>{(details) => <ProfileForm details={details} onSaved={loaded.reload} />}</LoadedContent>
    </Stack>
  );
};
