import { Button, Code, CopyButton, Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { saveFile } from '../save-file';

/** Shown this once: the server keeps only what it needs to know them again. */
export const RecoveryCodes = ({ codes, onKept }: { codes: readonly string[]; onKept: () => void }): ReactNode => {
  const text = `${codes.join('\n')}\n`;
  return (
    <Stack>
      <Title order={2} size="h4">Keep your recovery codes</Title>
      <Text>Each of them signs you in once when your authenticator app is gone. They are shown only now: print them, or put them where your passwords are.</Text>
      <Code block fz="sm">{text}</Code>
      <Group>
        <CopyButton value={text}>{({ copied, copy }) => <Button variant="default" onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}</CopyButton>
        <Button variant="default" onClick={() => { saveFile('recovery-codes.txt', 'text/plain', text); }}>Download</Button>
        <Button onClick={onKept}>I have kept them</Button>
      </Group>
    </Stack>
  );
};
