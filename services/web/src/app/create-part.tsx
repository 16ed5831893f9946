import { Button, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useState, type ComponentType, type ReactNode } from 'react';
import { createStore } from '../store/create-store';
import { useStore } from '../store/use-store';
import { useClient } from './client-provider';
import { useKeptFocus } from './keep-focus';

/** A part of the page that is not on its first screen. */
export interface Part<Props extends object> {
  /** Comes when it is first shown. Where it cannot, as the server is away, it says so, and comes when it is asked for again or the server is back. */
  Shown: ComponentType<Props>;
  /** Gets it before it is needed: then it is there when the server is not. That it could not be got is told when it is shown. */
  fetch(): void;
}

const MissingPart = ({ onRetry }: { onRetry: () => void }): ReactNode => {
  useKeptFocus();
  return (
    <Stack align="center" gap="sm" p="xl" ta="center" role="alert">
      <Text>This part of the page could not be loaded. It comes when the connection is back; if it does not, reload the page.</Text>
      <Button variant="default" onClick={onRetry}>Try again</Button>
    </Stack>
  );
};

/** React's own `lazy` keeps a failure for as long as the page is open; this one asks again. Whoever gets it, it is shown wherever it was missing. */
export const createPart = <Props extends object>(load: () => Promise<{ default: ComponentType<Props> }>): Part<Props> => {
  const loaded = createStore<{ Content?: ComponentType<Props> }>({});
  const get = async (): Promise<void> => {
    if (loaded.get().Content !== undefined) return;
    const { default: Content } = await load();
    loaded.change(() => ({ Content }));
  };
  const Shown = (props: Props): ReactNode => {
    const client = useClient();
    const { Content } = useStore(loaded);
    const [isMissing, setMissing] = useState(false);
    const look = useCallback(() => { get().catch(() => { setMissing(true); }); }, []);
    useEffect(look, [look]);
    useEffect(() => (isMissing ? client.on('state', (state) => { if (state === 'live') look(); }) : undefined), [client, isMissing, look]);
    if (Content !== undefined) return <Content {...props} />;
    return isMissing && <MissingPart onRetry={look} />;
  };
  return { Shown, fetch() { get().catch(() => undefined); } };
};
