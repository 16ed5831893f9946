import type { ReplyTo } from '@chat-backend/client';
import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, type ReactNode } from 'react';
import { FaultAlert } from '../app/action-form';
import { useClient } from '../app/client-provider';
import { LoadedContent } from '../app/loaded-content';
import { notify } from '../app/notify';
import { useAction } from '../app/use-action';
import { useLoaded } from '../app/use-loaded';
import { describeDevice } from './describe-device';

type Session = ReplyTo<'get-sessions'>['data'][number];

const inWords = (time: string): string => new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const Device = ({ session, onChanged }: { session: Session; onChanged: () => Promise<void> }): ReactNode => {
  const client = useClient();
  const name = describeDevice(session.device);
  const revoke = useAction(async () => {
    await client.call('revoke-session', { sessionId: session.id });
    await onChanged();
    notify(`${name} is signed out.`);
  });
  return (
    <Paper component="li" withBorder p="md">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Group gap={8}>
            <Text fw={600} title={session.device ?? undefined} style={{ overflowWrap: 'anywhere' }}>{name}</Text>
            {session.isCurrent && <Badge variant="light">This device</Badge>}
          </Group>
          <Text size="sm" c="dimmed">Last used {inWords(session.lastUsedAt)}</Text>
          <Text size="sm" c="dimmed">Signed in {inWords(session.startedAt)}</Text>
        </div>
        {!session.isCurrent && (
          <Button variant="default" size="xs" flex="none" loading={revoke.isBusy} aria-label={`Sign out ${name}`} onClick={() => { void revoke.run(); }}>Sign out</Button>
        )}
      </Group>
      <FaultAlert fault={revoke.fault} />
    </Paper>
  );
};

/** Every signed-in device of mine, told of changes as they happen. */
export const DevicesPage = (): ReactNode => {
  const client = useClient();
  const loaded = useLoaded(useCallback(async () => (await client.call('get-sessions', {})).data, [client]));
  const { reload } = loaded;
  useEffect(() => client.on('userEvent', ({ kind }) => { if (kind === 'session') void reload(); }), [client, reload]);
  const endOthers = useAction(async () => {
    const { data: { ended } } = await client.call('logout-everywhere', { exceptThis: true });
    await reload();
    notify(ended === 1 ? 'One other device is signed out.' : `${ended} other devices are signed out.`);
  });
  return (
    <Stack>
      <Text c="dimmed">Is there one that you do not know? Sign it out, and change your password.</Text>
      <LoadedContent loaded={loaded}>
        {(sessions) => (
          <>
            <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
              {sessions.map((session) => <Device key={session.id} session={session} onChanged={reload} />)}
            </Stack>
            <FaultAlert fault={endOthers.fault} />
            {sessions.length > 1
              ? <Group><Button variant="light" color="red" loading={endOthers.isBusy} onClick={() => { void endOthers.run(); }}>Sign out everywhere else</Button></Group>
              : <Text size="sm" c="dimmed">You are signed in nowhere else.</Text>}
          </>
        )}
      </LoadedContent>
    </Stack>
  );
};
