import type { Express } from 'express';
import type { ServiceRoute } from './service-route';

/**
 * A service of this process: its routes go on with the very same request, which stays the gateway's, with the proxies that the gateway believes.
 * Its process asks it itself whether it is ready.
 */
export const mountService = (app: Express): ServiceRoute => ({
  serve: (request, response) => {
    // The service answers whatever it is asked. What is left over is a reply that broke off.
    app.router(request, response, () => { response.destroy(); });
  },
  notReady: async () => [],
  close: () => {},
});
