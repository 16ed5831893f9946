interface Engine { on(event: 'headers', listener: (headers: Record<string, string>) => void): void }

/** What polling is answered holds what users wrote: a browser must take it for what it says it is, and for nothing that it could be. */
export const forbidSniffing = (engine: Engine): void => {
  engine.on('headers', (headers) => { headers['X-Content-Type-Options'] = 'nosniff'; });
};
