import { Anchor, Text } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useClient } from './client-provider';
import classes from './connection-state.module.css';

/** A connection that comes back at once is not worth a word. */
const quietMs = 1_500;
const tickMs = 500;

type Connection = { is: 'live' } | { is: 'connecting' } | { is: 'syncing' } | { is: 'noNetwork' } | { is: 'waiting'; seconds: number };

const useConnection = (): Connection => {
  const client = useClient();
  const [connection, setConnection] = useState<Connection>({ is: 'live' });
  useEffect(() => {
    let lastLive = Date.now();
    const look = (): void => {
      const state = client.state();
      if (state === 'live') lastLive = Date.now();
      if (Date.now() - lastLive < quietMs) setConnection((before) => (before.is === 'live' ? before : { is: 'live' }));
      else if (state === 'syncing' || state === 'connecting') setConnection((before) => (before.is === state ? before : { is: state }));
      else if (!navigator.onLine) setConnection({ is: 'noNetwork' });
      else setConnection({ is: 'waiting', seconds: Math.max(0, Math.ceil(((client.reconnectsAt() ?? Date.now()) - Date.now()) / 1000)) });
    };
    look();
    const timer = setInterval(look, tickMs);
    const stop = client.on('state', look);
    return () => {
      clearInterval(timer);
      stop();
    };
  }, [client]);
  return connection;
};

const words: Readonly<Record<Connection['is'], string>> = {
  live: '',
  connecting: 'Connecting …',
  syncing: 'Fetching what you missed …',
  noNetwork: 'You are offline. What you write is sent when you are back.',
  waiting: 'The connection is lost. What you write is sent when it is back.',
};

/** A line above everything while the connection is away, and nothing while it stands. */
export const ConnectionState = (): ReactNode => {
  const client = useClient();
  const connection = useConnection();
  return (
    <div className={classes.line} data-is={connection.is}>
      <Text component="span" size="sm" role="status">{words[connection.is]}</Text>
      {connection.is === 'waiting' && (
        <>
          {/* Counting is for the eyes: read out each second it would say nothing else. */}
          <Text component="span" size="sm" aria-hidden>Next try in {connection.seconds} s.</Text>
          <Anchor component="button" type="button" size="sm" onClick={() => { void client.connect(); }}>Try now</Anchor>
        </>
      )}
    </div>
  );
};
