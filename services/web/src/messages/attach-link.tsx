import { Button, Group, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import type { ChatMessage } from '@chat-backend/client';
import { useFocusReturn } from '../app/keep-focus';

type MediaType = Exclude<ChatMessage['messageType'], 'TEXT'>;

const kinds = [{ value: 'IMAGE', label: 'Picture' }, { value: 'VIDEO', label: 'Video' }];
const looksLikeVideo = (link: string): boolean => /\.(mp4|webm|ogv|mov|m4v)([?#]|$)/i.test(link);

const isHttps = (link: string): boolean => {
  try {
    return new URL(link).protocol === 'https:';
  } catch {
    return false;
  }
};

export interface AttachLinkProps { onClose: () => void; onAttach: (link: string, type: MediaType) => void }

/** A picture or a video that is somewhere on the web already: the server stores its link, and nothing of it. */
const AttachLink = ({ onClose, onAttach }: AttachLinkProps): ReactNode => {
  const [link, setLink] = useState('');
  const [type, setType] = useState<MediaType>('IMAGE');
  const [isTried, setTried] = useState(false);
  useFocusReturn(true);
  const isBad = !isHttps(link) || link.length > 2048;
  const attach = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (isBad) return;
    onAttach(link, type);
    setLink('');
    setTried(false);
    onClose();
  };
  return (
    <Modal opened onClose={onClose} returnFocus={false} title="Send a picture or a video" centered lockScroll={false} closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack component="form" onSubmit={attach} gap="md">
        <TextInput
          label="Link" description="Whoever sees the chat loads it from there." placeholder="https://" type="url" data-autofocus value={link} error={isTried && isBad ? 'Give a link that begins with https://' : undefined}
          onChange={(event) => {
            const next = event.currentTarget.value.trim();
            setLink(next);
            if (looksLikeVideo(next)) setType('VIDEO');
          }}
        />
        <SegmentedControl aria-label="Kind" data={kinds} value={type} onChange={(value) => { setType(value === 'VIDEO' ? 'VIDEO' : 'IMAGE'); }} />
        <Group justify="flex-end"><Button variant="default" onClick={onClose}>Cancel</Button><Button type="submit">Send</Button></Group>
      </Stack>
    </Modal>
  );
};
export default AttachLink;
