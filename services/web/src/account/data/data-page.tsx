import { Button, Divider, Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { FaultAlert } from '../../app/action-form';
import { useClient } from '../../app/client-provider';
import { notify } from '../../app/notify';
import { useAction } from '../../app/use-action';
import { saveFile } from '../save-file';
import { collectData } from './collect-data';
import { DeleteAccountForm } from './delete-account-form';

const ExportData = (): ReactNode => {
  const client = useClient();
  const [count, setCount] = useState(0);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => { stop.current?.abort(); }, []);
  const exporting = useAction(async () => {
    const controller = new AbortController();
    stop.current = controller;
    setCount(0);
    const data = await collectData(client, controller.signal, setCount);
    saveFile('my-chat-data.json', 'application/json', JSON.stringify(data, null, 2));
    notify('Your data is in your downloads.');
  });
  return (
    <Stack gap="sm">
      <Title order={2} size="h5">Export</Title>
      <Text c="dimmed" size="sm">A file with your account, your friends, your groups and your messages, to keep or to take elsewhere.</Text>
      <FaultAlert fault={exporting.fault} />
      <Group>
        <Button variant="default" loading={exporting.isBusy} onClick={() => { void exporting.run(); }}>Export my data</Button>
        {exporting.isBusy && <Button variant="subtle" color="gray" onClick={() => { stop.current?.abort(); }}>Stop</Button>}
        <Text size="sm" role="status">{exporting.isBusy ? `${count} records so far …` : ''}</Text>
      </Group>
    </Stack>
  );
};

const DataPage = (): ReactNode => (
  <Stack gap="xl">
    <ExportData />
    <Divider />
    <DeleteAccountForm />
  </Stack>
);
export default DataPage;
