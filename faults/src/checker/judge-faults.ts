import type { Evidence, Judge } from './judge';

/** Every fault was caused, and was over without a hand; and the library, which checks what it is told, had nothing to complain of. */
export const judgeFaults = ({ report }: Pick<Evidence, 'report'>): Judge => {
  const underWay = new Map<string, number>();
  return {
    see(event) {
      if (event.kind === 'complaint') report({ kind: 'complaint', client: event.client, at: event.at, what: event.what });
      if (event.kind !== 'fault') return;
      const name = `${event.name} ${event.target}`;
      if (event.phase === 'begins') underWay.set(name, event.at);
      else underWay.delete(name);
      if (event.phase === 'failed') report({ kind: 'stuck', at: event.at, what: `${name}: ${event.detail ?? 'failed'}` });
    },
    end() {
      for (const [name, at] of underWay) report({ kind: 'stuck', at, what: `${name} was never over` });
    },
  };
};
