import type { ServiceName } from '@chat-backend/contracts';
import type { ProcessContext, Service } from '@chat-backend/service-kit';

export type StartService = (context: ProcessContext) => Promise<Service>;
export type ServiceStarters = Readonly<Record<ServiceName, StartService>>;

/** How each service is started, in an order in which nobody comes before whom it calls. Loaded when asked for: a process carries only its own services. */
export const serviceStarters: ServiceStarters = {
  auth: async (context) => (await import('@chat-backend/auth')).startAuth(context),
  'social-graph': async (context) => (await import('@chat-backend/social-graph')).startSocialGraph(context),
  group: async (context) => (await import('@chat-backend/group')).startGroup(context),
  messaging: async (context) => (await import('@chat-backend/messaging')).startMessaging(context),
  realtime: async (context) => (await import('@chat-backend/realtime')).startRealtime(context),
  gateway: async (context) => (await import('@chat-backend/gateway')).startGateway(context),
};
