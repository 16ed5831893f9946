import type { Server as HttpServer } from 'node:http';
import { socketEvents, type ClientEventName, type CommittedMessage } from '@chat-backend/contracts';
import {
  allowOriginsOf, clientAddressBy, createRemoteAuditTrail, followRevokedSessions, openLimitsRedis, type ProcessContext, type Service,
} from '@chat-backend/service-kit';
import { createRealtimeApp } from './app';
import { createChatServer, type Heartbeat } from './chat-server';
import type { RealtimeConfig } from './config';
import { admitRequests } from './connections/admit-requests';
import { admitSocket } from './connections/admit-socket';
import { createAuthenticate } from './connections/authenticate-socket';
import { createConnectionLimits } from './connections/connection-limits';
import { drainSockets } from './connections/drain-sockets';
import { endOldSockets, limitAge, lookForOldMs } from './connections/end-old-sockets';
import { createEndSlow } from './connections/end-slow-sockets';
import { forbidSniffing } from './connections/forbid-sniffing';
import { holdWrites } from './connections/held-writes';
import { limitConnects } from './connections/limit-connects';
import { tagConnectionIds } from './connections/polling-affinity';
import { refuseOtherUpgrades } from './connections/refuse-other-upgrades';
import { createGatherSyncs } from './events/gather-syncs';
import { limitRates } from './events/limit-rates';
import { createMarkRead } from './events/mark-read';
import { refuseUnknownEvent } from './events/refuse-unknown-event';
import { createEventServer } from './events/serve-event';
import { createSharedRates } from './events/shared-rates';
import { createRealtimeMetrics } from './metrics';
import { createAskUnpushed } from './pushing/ask-unpushed';
import { connectPods, noOtherPods } from './pushing/connect-pods';
import { createConversationOrder } from './pushing/conversation-order';
import { createEmitMessages } from './pushing/emit-messages';
import { createListeners } from './pushing/listeners';
import { measurePushes } from './pushing/measure-pushes';
import { createPushChanges } from './pushing/push-changes';
import { createPushMessages } from './pushing/push-messages';
import { createPushUserEvents } from './pushing/push-user-events';
import { createRecoverMissed } from './pushing/recover-missed';
import { createSendingSockets } from './pushing/sending-sockets';
import { createAskGroups } from './rooms/ask-groups';
import { createGroupMemberships } from './rooms/group-memberships';
import { followLocalUsers } from './rooms/local-users';
import { receiveMessage } from './sending/receive-message';
import { productGatherMs } from './sending/send-line';
import { createSendLines } from './sending/send-lines';
import { endDeadSessions } from './sessions/end-dead-sessions';
import { createRenewToken } from './sessions/renew-token';
import { watchMessaging } from './watch-messaging';

export interface RealtimeOptions {
  config: RealtimeConfig;
  /** Hold writes within a turn of the event loop. Tests compare both. */
  holdWrites: boolean;
  /** How long messages are tried while messaging does not answer. */
  triedForMs: number;
  /** How long after a batch of several the next one begins. Default: the product's. */
  gatherMs?: number;
  /** See GroupMemberships. */
  mostNamed?: number;
  /** Default: the product's. Tests do not wait so long. */
  heartbeat?: Heartbeat;
}

const lookForDeadSessionsMs = 1_000;

/** Wires the service by hand: everything that a message passes is named here, in the order in which it passes it. */
export const createRealtime = (context: ProcessContext, { config, holdWrites: holds, triedForMs, gatherMs = productGatherMs, mostNamed = 1_000, heartbeat }: RealtimeOptions): Service => {
  const { logger, redisUrl } = context;
  let stopping = false;

  const pods = redisUrl === undefined ? noOtherPods : connectPods(redisUrl, logger);
  const io = createChatServer({
    corsOrigins: config.corsOrigins, takesConnections: () => !stopping, ...(pods.adapter === undefined ? {} : { adapter: pods.adapter }),
    ...(heartbeat === undefined ? {} : { heartbeat }),
  });
  const namespace = io.of('/');
  const { adapter } = namespace;
  const internal = watchMessaging(context.internal);
  const audit = createRemoteAuditTrail(context);
  const metrics = createRealtimeMetrics(context.metrics, () => namespace.sockets.size);

  const handlers = {};
  const app = createRealtimeApp({ ...context, internal: handlers });
  app.set('trust proxy', config.trustProxy);
  const clientAddressOf = clientAddressBy(app, context.keys.internal);

  const endDead = (): void => { endDeadSessions(namespace, revoked); };
  const revoked = followRevokedSessions({ ...context, internal }, endDead);
  const authenticate = createAuthenticate(context.tokens, revoked);
  const localUsers = followLocalUsers(adapter);
  const memberships = createGroupMemberships({ namespace, localUsers, internal, mostNamed });
  const order = createConversationOrder(adapter);

  const sendingSockets = createSendingSockets();
  const emit = createEmitMessages(namespace, sendingSockets, metrics);
  const listeners = createListeners(adapter, memberships);
  const pushHere = measurePushes(createPushMessages({
    listeners, order, internal, emit, logger, ...(pods === noOtherPods ? {} : { askUnpushed: createAskUnpushed(internal) }),
  }), metrics);
  const line = createSendLines(context.localServices.has('messaging') ? [] : config.messagingAddresses, {
    internal, logger, metrics, gatherMs,
    push: async (committed) => {
      const handedOn = pods.publish(io, committed);
      return await pushHere(committed) && await handedOn;
    },
  });

  const limitsRedis = redisUrl === undefined || config.rateLimitFactor === 0 ? undefined : openLimitsRedis(redisUrl, logger);
  const limits = createConnectionLimits({ factor: config.rateLimitFactor, redis: limitsRedis, adapter, onRefused: metrics.limited });
  const admit = limitRates({
    factor: config.rateLimitFactor, onRefused: metrics.limited, sharedOf: limitsRedis && ((event) => createSharedRates(limitsRedis, event)),
  });
  const takesEvents = (): boolean => !stopping;
  const events = createEventServer({ logger, takesEvents, audit });
  const gatherSyncs = createGatherSyncs(internal, triedForMs);
  const { markRead, sync, 'auth:refresh': authRefresh } = socketEvents.fromClient;
  const onEvent = {
    sendMessage: receiveMessage({ authenticate, admit: admit.sendMessage, line, sendingSockets, metrics, audit, takesMessages: takesEvents, triedForMs }),
    markRead: events.serve({ name: 'markRead', payload: markRead.payload, admit: admit.markRead, answer: createMarkRead(internal) }),
    sync: events.serve({ name: 'sync', payload: sync.payload, admit: admit.sync, answer: ({ userId }, request) => gatherSyncs(userId, request) }),
    'auth:refresh': events.serve({ name: 'auth:refresh', payload: authRefresh.payload, admit: admit['auth:refresh'], answer: createRenewToken(authenticate) }),
  };
  const eventNames = Object.keys(onEvent) as ClientEventName[];
  const onAny = refuseUnknownEvent(eventNames);
  const onSocketError = (error: Error): void => { logger.debug({ err: error }, 'a client sent what Socket.IO does not understand'); };

  namespace.use(admitSocket({ authenticate, revoked, clientAddressOf, limits, askGroups: createAskGroups(internal), memberships, order, audit }));
  namespace.on('connection', (socket) => {
    for (const name of eventNames) socket.on(name, onEvent[name]);
    if (config.socketMaxAgeMs > 0) limitAge(socket, config.socketMaxAgeMs);
    socket.onAny(onAny);
    socket.on('error', onSocketError);
  });
  const pushFromElsewhere = (messages: CommittedMessage[]): void => {
    pushHere(messages).catch((error: unknown) => { logger.error({ err: error }, 'messages of another process were not understood'); });
  };
  namespace.on('committed', pushFromElsewhere);
  context.events.on('message.sent', ({ messages }) => { pushFromElsewhere(messages); });
  const pushChanges = createPushChanges({ namespace, listeners, logger });
  context.events.on('message.changed', ({ changed }) => { pushChanges(changed); });
  const pushUserEvents = createPushUserEvents(namespace);
  context.events.on('user.changed', ({ logged }) => { pushUserEvents(logged); });
  const recoverMissed = createRecoverMissed({ order, internal, push: pushHere, logger });
  pods.onReturn(recoverMissed.start);
  context.events.onReturn(recoverMissed.start);

  const lookingForDead = setInterval(endDead, lookForDeadSessionsMs).unref();
  const endOld = (): void => { endOldSockets(namespace, config.socketMaxAgeMs, metrics); };
  const lookingForOld = config.socketMaxAgeMs > 0 ? setInterval(endOld, lookForOldMs(config.socketMaxAgeMs)).unref() : undefined;

  return {
    name: 'realtime',
    app,
    internal: handlers,
    attach(server: HttpServer) {
      io.attach(server, { destroyUpgrade: false });
      refuseOtherUpgrades(server, `${io.path()}/`);
      admitRequests(io.engine, { allowsOrigin: allowOriginsOf(config.corsOrigins, config.publicUrl), clientAddressOf, limits, audit, logger });
      limitConnects(io.engine, { factor: config.rateLimitFactor, onRefused: () => { metrics.limited('connects'); } });
      tagConnectionIds(io.engine);
      forbidSniffing(io.engine);
      if (holds) holdWrites(io.engine, { logger, bytesAtMost: config.socketBufferBytes, endSlow: createEndSlow(logger, metrics) });
    },
    async notReady() {
      if (stopping) return ['draining'];
      return [
        ...(await internal.messagingAnswers() ? [] : ['messaging does not answer']),
        ...(revoked.isKnown() ? [] : ['auth has not told yet which sessions ended']),
      ];
    },
    async drain() {
      stopping = true;
      await Promise.all([line.idle(), events.idle()]);
      await drainSockets(namespace);
    },
    async close() {
      clearInterval(lookingForDead);
      clearInterval(lookingForOld);
      recoverMissed.stop();
      revoked.stop();
      await audit.close();
      // Not io.close(): that would close the process's HTTP server, too. Without `attach` there is no engine.
      (io.engine as typeof io.engine | undefined)?.close();
      await adapter.close();
      pods.close();
      limits.stop();
      limitsRedis?.disconnect();
    },
  };
};
