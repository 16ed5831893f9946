import { Button, Group, Modal, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { keepFocus } from './keep-focus';
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
  // While it closes it still says what it asked.
  const [asked, setAsked] = useState(question);
  if (question !== undefined && question !== asked) setAsked(question);
  return (
    <Modal opened={question !== undefined} onClose={onClose} onExitTransitionEnd={() => { keepFocus(); }} title={asked?.title} centered lockScroll={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Text mb="lg">{asked?.text}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>Cancel</Button>
        <Button color="red" loading={isBusy} onClick={() => { run(async () => { await asked?.work(); onClose(); }); }}>{asked?.verb}</Button>
      </Group>
    </Modal>
  );
};
