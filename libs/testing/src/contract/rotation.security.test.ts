import { describeRotation, type RotatingProduct } from './describe-rotation';
import { startServices } from './start-services';

/** The order that docs/adr/0011 names: auth signs tokens, so it learns the new key when all others take it already. */
const order = ['gateway', 'realtime', 'messaging', 'group', 'social-graph', 'auth'] as const;

const startRotating = async (env: NodeJS.ProcessEnv): Promise<RotatingProduct> => {
  const services = await startServices(env);
  return {
    url: services.url,
    async rotate(keys) { for (const service of order) await services.restart(service, { ...keys }); },
    async stop() {
      await services.stop();
      expect(services.loggedErrors()).toEqual([]);
    },
  };
};

describeRotation('six processes', startRotating);
