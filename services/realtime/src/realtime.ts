import type { Server as HttpServer } from 'node:http';
import type { CommittedMessage } from '@chat-backend/contracts';
import { followRevokedSessions, type ProcessContext, type Service } from '@chat-backend/service-kit';
import { createRealtimeApp } from './app';
import { createChatServer } from './chat-server';
import type { RealtimeConfig } from './config';
import { admitSocket } from './connections/admit-socket';
import { createAuthenticate } from './connections/authenticate-socket';
import { drainSockets } from './connections/drain-sockets';
import { holdWrites } from './connections/held-writes';
import { tagConnectionIds } from './connections/polling-affinity';
import { createRealtimeMetrics } from './metrics';
import { connectPods, noOtherPods } from './pushing/connect-pods';
import { createConversationOrder } from './pushing/conversation-order';
import { createEmitMessage } from './pushing/emit-message';
import { createPushMessages } from './pushing/push-messages';
import { createSendingSockets } from './pushing/sending-sockets';
import { createAskGroups } from './rooms/ask-groups';
import { createGroupMemberships } from './rooms/group-memberships';
import { followLocalUsers } from './rooms/local-users';
import { receiveMessage } from './sending/receive-message';
import { refuseUnknownEvent } from './sending/refuse-unknown-event';
import { createSendLines } from './sending/send-lines';
import { endDeadSessions } from './sessions/end-dead-sessions';
import { watchMessaging } from './watch-messaging';

export interface RealtimeOptions {
  config: RealtimeConfig;
  /** Hold writes within a turn of the event loop. Tests compare both. */
  holdWrites: boolean;
  /** How long messages are tried while messaging does not answer. */
  triedForMs: number;
}

const lookForDeadSessionsMs = 1_000;

/** Wires the service by hand: everything that a message passes is named here, in the order in which it passes it. */
export const createRealtime = (context: ProcessContext, { config, holdWrites: holds, triedForMs }: RealtimeOptions): Service => {
  const { logger } = context;
  let stopping = false;

  const pods = context.redisUrl === undefined ? noOtherPods : connectPods(context.redisUrl, logger);
  const io = createChatServer({
    corsOrigins: config.corsOrigins, takesConnections: () => !stopping, ...(pods.adapter === undefined ? {} : { adapter: pods.adapter }),
  });
  const namespace = io.of('/');
  const { adapter } = namespace;
  const internal = watchMessaging(context.internal);
  const metrics = createRealtimeMetrics(context.metrics, () => namespace.sockets.size);

  const endDead = (): void => { endDeadSessions(namespace, revoked); };
  const revoked = followRevokedSessions({ ...context, internal }, endDead);
  const authenticate = createAuthenticate(context.tokens, revoked);
  const localUsers = followLocalUsers(adapter);
  const memberships = createGroupMemberships({ namespace, localUsers, internal });
  const order = createConversationOrder(adapter);

  const sendingSockets = createSendingSockets();
  const emit = createEmitMessage(namespace, sendingSockets, metrics);
  const pushHere = createPushMessages({ adapter, order, memberships, internal, emit, logger });
  const line = createSendLines(context.localServices.has('messaging') ? [] : config.messagingAddresses, {
    internal, logger, metrics,
    push: async (committed) => {
      const handedOn = pods.publish(io, committed);
      return await pushHere(committed) && handedOn;
    },
  });

  const onSendMessage = receiveMessage({ authenticate, line, sendingSockets, metrics, takesMessages: () => !stopping, triedForMs });
  const onAny = refuseUnknownEvent(['sendMessage']);
  const onSocketError = (error: Error): void => { logger.debug({ err: error }, 'a client sent what Socket.IO does not understand'); };

  namespace.use(admitSocket({ authenticate, revoked, askGroups: createAskGroups(internal), memberships, order }));
  namespace.on('connection', (socket) => {
    socket.on('sendMessage', onSendMessage);
    socket.onAny(onAny);
    socket.on('error', onSocketError);
  });
  const pushFromElsewhere = (messages: CommittedMessage[]): void => {
    pushHere(messages).catch((error: unknown) => { logger.error({ err: error }, 'messages of another process were not understood'); });
  };
  namespace.on('committed', pushFromElsewhere);
  context.events.on('message.sent', ({ messages }) => { pushFromElsewhere(messages); });
  const lookingForDead = setInterval(endDead, lookForDeadSessionsMs).unref();

  const handlers = {};
  return {
    name: 'realtime',
    app: createRealtimeApp({ ...context, internal: handlers }),
    internal: handlers,
    attach(server: HttpServer) {
      io.attach(server);
      tagConnectionIds(io.engine);
      if (holds) holdWrites(io.engine, logger);
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
      await line.idle();
      await drainSockets(namespace);
    },
    async close() {
      clearInterval(lookingForDead);
      revoked.stop();
      // Not io.close(): that would close the process's HTTP server, too. Without `attach` there is no engine.
      (io.engine as typeof io.engine | undefined)?.close();
      await adapter.close();
      pods.close();
    },
  };
};
