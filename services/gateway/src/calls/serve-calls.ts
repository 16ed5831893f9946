import { apiPrefix, routeTable, type ServiceName } from '@chat-backend/contracts';
import { readBody, Refusal } from '@chat-backend/service-kit';
import cors, { type CorsOptions } from 'cors';
import type { Express, RequestHandler } from 'express';
import type { ServiceRoute } from '../services/service-route';
import { admitAddress, admitCall, type AdmissionDependencies } from './admit-call';

export interface CallDependencies extends AdmissionDependencies {
  /** Web pages that may call; `*` is all. */
  corsOrigins: readonly string[];
  routeTo(service: ServiceName): ServiceRoute;
}

const methods = 'POST, OPTIONS';

const corsOptions = (origins: readonly string[]): CorsOptions => ({
  origin: origins.includes('*') ? '*' : origins.length === 0 ? false : [...origins],
  methods: ['POST'],
  allowedHeaders: ['Content-Type', 'Authorization', 'Accept', 'X-Request-Id'],
  exposedHeaders: ['X-Request-Id', 'Retry-After'],
  maxAge: 600,
});

/** Pages of the allowed origins may read the answers. Tokens stand in the call itself, never in a cookie: no credentials are allowed. */
export const allowOrigins = (origins: readonly string[]): RequestHandler => cors<Parameters<RequestHandler>[0]>(corsOptions(origins));

const tellMethods: RequestHandler = (_request, response) => { response.set('Allow', methods).status(204).end(); };
const refuseMethod: RequestHandler = (_request, response) => {
  response.set('Allow', methods);
  throw new Refusal('METHOD_NOT_ALLOWED');
};

/** Every call of the route table, and no other. */
export const serveCalls = (app: Express, dependencies: CallDependencies): void => {
  app.use(apiPrefix, allowOrigins(dependencies.corsOrigins));
  for (const endpoint of routeTable) {
    const service = dependencies.routeTo(endpoint.service);
    app.route(`${apiPrefix}/${endpoint.name}`)
      .post(
        admitAddress(endpoint, dependencies.limits),
        readBody,
        admitCall(endpoint, dependencies),
        (request, response) => service.serve(request, response, { clientAddress: request.clientAddress }),
      )
      .options(tellMethods)
      .all(refuseMethod);
  }
};
