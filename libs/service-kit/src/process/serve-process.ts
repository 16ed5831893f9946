import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import type { Messages } from '../http/express-messages';
import type { Logger } from '../logger';
import { ignoreOtherUpgrades } from './ignore-other-upgrades';
import { refusePipelining } from './refuse-pipelining';
import type { Service } from './service';

export interface ServeOptions {
  services: readonly Service[];
  /** Answers what is not a health check. */
  app: RequestListener;
  /** What its requests and replies are made of. Absent: Node's own. */
  messages?: Messages;
  logger: Logger;
  metrics: Registry;
  port: number;
  host: string | undefined;
  metricsPort: number;
  metricsHost: string;
  drainSeconds: number;
  /** Further reasons for not being ready, beside those of the services. */
  notReady?: () => Promise<string[]>;
  /** What the process holds beside its services; let go of last. */
  close: () => Promise<void>;
}

export interface ServedProcess {
  port: number;
  metricsPort: number;
  /**
   * Not ready, no new connections, finish, close. Idempotent; resolves when all is closed or the time is over.
   * @param delaySeconds between not being ready and the rest: what comes meanwhile is served, by replies that end their connections. Default: 0
   */
  stop(reason: string, delaySeconds?: number): Promise<void>;
}

const readinessTimeoutMs = 2_000;

/** A listening port, or an error that says what to do. */
const listen = (server: Server, port: number, host: string | undefined, variable: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const way = error.code === 'EADDRINUSE' ? `port ${port} is taken; set ${variable} to a free one, or stop what uses it`
        : error.code === 'EACCES' ? `port ${port} may not be used by this account; set ${variable} to one above 1023`
          : error.code === 'EADDRNOTAVAIL' ? `this machine does not have the address ${host}` : error.message;
      reject(new Error(`Cannot listen: ${way}.`));
    });
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => { resolve((server.address() as AddressInfo).port); });
  });

const within = async (promise: Promise<string[]>, ms: number): Promise<string[]> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((resolve) => { timer = setTimeout(() => { resolve(['a dependency does not answer']); }, ms); });
  try { return await Promise.race([promise, late]); } finally { clearTimeout(timer); }
};

/** Connections that have asked for nothing yet. Node counts them as busy, so a drain has to end them itself. */
const trackUnused = (server: Server): { end(): void } => {
  const [unused, known] = [new Set<Socket>(), new WeakSet<Socket>()];
  server.on('connection', (socket) => {
    // It comes again after a wish for an upgrade that was ignored.
    if (known.has(socket)) return;
    known.add(socket);
    unused.add(socket);
    socket.once('close', () => { unused.delete(socket); });
  });
  server.prependListener('request', (request) => { unused.delete(request.socket); });
  // Where nobody takes upgrades, Node answers them as ordinary requests: a listener of ours would leave them without an answer.
  if (server.listenerCount('upgrade') > 0) server.prependListener('upgrade', (request) => { unused.delete(request.socket); });
  return { end() { for (const socket of unused) socket.destroy(); } };
};

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};

/** Serves the services of one process: health on their port, metrics on an internal one, and a drain when it is told to stop. */
export const serveProcess = async (options: ServeOptions): Promise<ServedProcess> => {
  const { services, logger, metrics, messages = {} } = options;
  let stopping: Promise<void> | undefined;

  const reasonsForNotReady = async (): Promise<string[]> => {
    if (stopping !== undefined) return ['draining'];
    const asked = await Promise.all([options.notReady?.() ?? [], ...services.map((service) => service.notReady())]);
    return asked.flat();
  };

  new Gauge({
    name: 'chat_process_ready', help: '1 while the process would take calls, 0 while /readyz says why it would not', registers: [metrics],
    async collect() { this.set((await within(reasonsForNotReady(), readinessTimeoutMs)).length === 0 ? 1 : 0); },
  });

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?', 1)[0];
    if (path === '/livez' || path === '/healthz') { answer(response, 200, { status: 'alive' }); return; }
    if (path === '/readyz') {
      const reasons = await within(reasonsForNotReady(), readinessTimeoutMs);
      answer(response, reasons.length === 0 ? 200 : 503, reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons });
      return;
    }
    // Whoever keeps this connection opens another one, elsewhere, before it is closed under a call of theirs.
    if (stopping !== undefined) response.setHeader('connection', 'close');
    options.app(request, response);
  };

  const server = createServer(messages, (request, response) => {
    handle(request, response).catch((error: unknown) => { logger.error({ err: error }, 'health check failed'); response.destroy(); });
  });
  // A load balancer's idle connections must end at its side first.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 20_000;
  server.requestTimeout = 30_000;
  for (const service of services) service.attach?.(server);
  const unused = trackUnused(server);
  refusePipelining(server);
  ignoreOtherUpgrades(server);

  const operatorPages = services.find((service) => service.operatorPages !== undefined)?.operatorPages;
  const serveOperators: RequestListener = operatorPages ?? ((_request, response) => { response.writeHead(404).end(); });
  const metricsServer = createServer((request, response) => {
    if (request.url !== '/metrics') { serveOperators(request, response); return; }
    metrics.metrics().then((text) => { response.writeHead(200, { 'content-type': metrics.contentType }).end(text); },
      (error: unknown) => { logger.error({ err: error }, 'metrics failed'); response.writeHead(500).end(); });
  });

  const metricsPort = await listen(metricsServer, options.metricsPort, options.metricsHost, 'METRICS_PORT');
  const port = await listen(server, options.port, options.host, 'PORT').catch((error: unknown) => { metricsServer.close(); throw error; });

  const drainAll = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => { server.close(() => { resolve(); }); });
    unused.end();
    // From the edge inwards: who calls stops before who is called.
    for (const service of [...services].reverse()) await service.drain();
    // A connection that is kept alive becomes idle when its call is answered, and would hold the server open.
    const closingIdle = setInterval(() => { server.closeIdleConnections(); }, 20);
    await closed.finally(() => { clearInterval(closingIdle); });
    for (const service of [...services].reverse()) await service.close();
    await options.close();
  };

  const stop = (reason: string, delaySeconds = 0): Promise<void> => {
    stopping ??= (async () => {
      logger.info({ reason, delaySeconds }, 'draining');
      if (delaySeconds > 0) await pause(delaySeconds * 1000);
      // What has arrived on connections that look idle is read first, in a whole turn of the event loop: closing them would throw it away.
      for (let turn = 0; turn < 2; turn += 1) await nextTurn();
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<'late'>((resolve) => { timer = setTimeout(() => { resolve('late'); }, options.drainSeconds * 1000); });
      const ended = await Promise.race([drainAll(), tooLate]);
      clearTimeout(timer);
      metricsServer.close();
      metricsServer.closeAllConnections();
      server.closeAllConnections();
      if (ended === 'late') logger.error({ drainSeconds: options.drainSeconds }, 'the drain took too long; what was under way is cut');
      else logger.info('drained');
    })();
    return stopping;
  };

  return { port, metricsPort, stop };
};
