import type { TrustProxy } from '@chat-backend/service-kit';
import type { Express } from 'express';
import type { ServiceRoute } from './service-route';

/** A service of this process: its app goes on with the very same request, and its process asks it itself whether it is ready. */
export const mountService = (app: Express, trustProxy: TrustProxy): ServiceRoute => {
  // The app looks at the client's own connection, so it has to believe the same proxies.
  app.set('trust proxy', trustProxy);
  return {
    serve: (request, response) => { app(request, response); },
    notReady: async () => [],
    close: () => {},
  };
};
