import { createServer } from 'node:net';
import { StepFailure } from './failure.mjs';

const sentences = {
  EADDRINUSE: (port) => `Port ${port} is taken. Stop what uses it, or choose another: PORT=${port + 1} npm start`,
  EACCES: (port) => `This account may not use port ${port}. Choose one above 1023: PORT=2001 npm start`,
  EADDRNOTAVAIL: (_port, host) => `This machine does not have the address ${host}. Correct HOST.`,
};

/** Looks whether the port is free before anything takes time. Another program may still take it later; that is said then. */
export const checkPort = (portText, host) =>
  new Promise((resolve, reject) => {
    const port = Number(portText);
    // What is no port is refused with all other faults of the environment, in better words.
    if (!Number.isInteger(port) || port < 0 || port > 65_535) { resolve(); return; }
    const probe = createServer();
    probe.once('error', (error) => { reject(new StepFailure(sentences[error.code]?.(port, host) ?? `Port ${port} cannot be used: ${error.message}`)); });
    probe.listen({ port, host }, () => { probe.close(resolve); });
  });
