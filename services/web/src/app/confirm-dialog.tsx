import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Question } from './confirm';
import { useServerAction } from './use-server-action';

export interface ConfirmDialogProps { question: Question; isOpen: boolean; onClose: () => void }

/** It stays open when it fails, with the reason beside it. */
const ConfirmDialog = ({ question: { title, text, verb, work }, isOpen, onClose }: ConfirmDialogProps): ReactNode => {
  const { isBusy, run } = useServerAction();
  return (
    <Modal opened={isOpen} onClose={onClose} returnFocus={false} title={title} centered lockScroll={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Text mb="lg">{text}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>Cancel</Button>
        <Button color="red" loading={isBusy} onClick={() => { run(async () => { await work(); onClose(); }); }}>{verb}</Button>
      </Group>
    </Modal>
  );
};
export default ConfirmDialog;
