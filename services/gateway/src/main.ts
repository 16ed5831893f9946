import {
  createAddressSigner, createRemoteAuditTrail, followRevokedSessions, forwardedAddressBy, measureCalls, openLimitsRedis, type ProcessContext, type Service,
} from '@chat-backend/service-kit';
import { createGatewayApp } from './app';
import { createCallsUnderWay } from './calls/calls-under-way';
import { backendNames, readGatewayConfig, type BackendName, type GatewayConfig } from './config';
import { createGatewayLimits } from './limits/gateway-limits';
import { createLimitsMetrics } from './limits/limits-metrics';
import { createFirstAnswers } from './services/first-answers';
import { mountService } from './services/mount-service';
import { proxyService } from './services/proxy-service';
import type { ServiceRoute } from './services/service-route';
import { openSocketProxy } from './sockets/socket-proxy';
import { openUpstream } from './upstreams/upstream';

/** Calls under way at one process of a service; more wait here. */
const callsPerProcess = 256;

/** Half of the drain is for sockets that realtime may end itself, with a hint when to come back; the rest is for closing. */
const socketDrainMs = ({ drainSeconds }: GatewayConfig): number => drainSeconds * 500;

/** Each service where it is: in this process, or behind its address. */
const routeServices = async ({ localServices, logger, keys }: ProcessContext, { addresses }: GatewayConfig): Promise<Map<BackendName, ServiceRoute>> =>
  new Map(await Promise.all(backendNames.filter((name) => name !== 'realtime').map(async (name): Promise<[BackendName, ServiceRoute]> => {
    const local = localServices.get(name);
    return [name, local !== undefined ? mountService(local.app)
      : proxyService({
        name, upstream: await openUpstream({ addresses: addresses.get(name) ?? [], maxConnections: callsPerProcess }), logger, sign: createAddressSigner(keys.internal[0]),
      })];
  })));

/**
 * Starts the gateway in this process, in front of the services that run here and of those elsewhere.
 * @throws ConfigError
 */
export const startGateway = async (context: ProcessContext): Promise<Service> => {
  const { logger, tokens, redisUrl } = context;
  const config = readGatewayConfig(context.env, (service) => context.localServices.has(service));
  const redis = redisUrl === undefined || config.rateLimitFactor === 0 ? undefined : openLimitsRedis(redisUrl, logger);
  const limits = createGatewayLimits({
    factor: config.rateLimitFactor, limitsMails: !config.isContractMode, redis, onRefused: createLimitsMetrics(context.metrics).refused,
  });
  const audit = createRemoteAuditTrail(context);
  const revokedSessions = followRevokedSessions(context);
  const callsUnderWay = createCallsUnderWay();
  const routes = await routeServices(context, config);
  const realtimeAddresses = config.addresses.get('realtime');
  const sockets = realtimeAddresses === undefined ? undefined : await openSocketProxy(realtimeAddresses, logger, createAddressSigner(context.keys.internal[0]));
  const firstAnswers = createFirstAnswers([...routes.values(), ...(sockets === undefined ? [] : [sockets])]);
  const app = createGatewayApp({ config, logger, tokens, revokedSessions, limits, audit, callsUnderWay, measure: measureCalls(context.metrics, 'gateway'), routes, sockets });

  return {
    name: 'gateway',
    app,
    internal: {},
    ...(sockets === undefined ? {} : { attach: (server) => { sockets.attach(server, forwardedAddressBy(app)); } }),
    async notReady() {
      return [...await firstAnswers(), ...(revokedSessions.isKnown() ? [] : ['it is not known yet which sessions were revoked'])];
    },
    async drain() {
      await Promise.all([callsUnderWay.finish(), sockets?.drain(socketDrainMs(config))]);
    },
    async close() {
      revokedSessions.stop();
      await audit.close();
      sockets?.close();
      for (const route of routes.values()) route.close();
      redis?.disconnect();
    },
  };
};
