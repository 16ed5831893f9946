import { Button, Group, Modal, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useServerAction } from './use-server-action';

export interface Question {
  title: string;
  /** What it means for whom. */
  text: string;
  /** What the button says that does it. */
  verb: string;
  work: () => Promise<unknown>;
}

/** Asks before something that cannot be undone by the next click. It stays open when it fails, with the reason beside it. */
export const Confirm = ({ question, onClose }: { question: Question | undefined; onClose: () => void }): ReactNode => {
  const { isBusy, run } = useServerAction();
  return (
    <Modal opened={question !== undefined} onClose={onClose} title={question?.title} centered lockScroll={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Text mb="lg">{question?.text}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>Cancel</Button>
        <Button color="red" loading={isBusy} onClick={() => { run(async () => { await question?.work(); onClose(); }); }}>{question?.verb}</Button>
      </Group>
    </Modal>
  );
};
