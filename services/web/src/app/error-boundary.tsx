import { Button, Stack, Text, Title } from '@mantine/core';
import { Component, type ReactNode } from 'react';

/** A fault of the page itself: what was typed may be lost, what was sent is not. React asks for a class here. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <Stack align="center" justify="center" mih="60vh" p="xl" role="alert">
        <Title order={1} size="h3">This page has failed</Title>
        <Text c="dimmed" ta="center">Your messages are safe on the server. Reload the page to go on.</Text>
        <Button onClick={() => { window.location.reload(); }}>Reload</Button>
      </Stack>
    );
  }
}
