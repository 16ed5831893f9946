import type { ServiceRoute } from './service-route';

/**
 * Why the gateway may not take calls yet: each service has to answer once. One that is away later fails the calls that are its own; a gateway that was
 * taken out of its load balancer for it would fail all the others, too, and so would every other gateway, at the same moment.
 */
export const createFirstAnswers = (routes: readonly Pick<ServiceRoute, 'notReady'>[]): (() => Promise<string[]>) => {
  const silent = new Set(routes);
  return async () => {
    const reasons = await Promise.all([...silent].map(async (route) => {
      const own = await route.notReady();
      if (own.length === 0) silent.delete(route);
      return own;
    }));
    return reasons.flat();
  };
};
