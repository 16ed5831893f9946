import { serviceNames, type ServiceName } from '@chat-backend/contracts';
import { anybody, createServiceApp, unaudited, type ProcessContext, type Service } from '@chat-backend/service-kit';
import pg from 'pg';
import type { ServiceStarters } from './start-service';

/** What happened to the stubs, in order: `start auth`, `drain gateway`, `close auth` … */
export type Diary = string[];

const startStub = (diary: Diary, name: ServiceName) => async (context: ProcessContext): Promise<Service> => {
  diary.push(`start ${name}`);
  const holdsData = name !== 'realtime' && name !== 'gateway';
  const app = createServiceApp({
    logger: context.logger, internalKeys: context.keys.internal, internal: {}, audit: unaudited, policies: { login: anybody, 'create-group': anybody },
    routes: (routes) => {
      routes.get(`/who`, (_request, response) => { response.json({ name }); });
      routes.post('/api/v1/login', (_request, response) => { response.json({ name }); });
      routes.post('/api/v1/create-group', (_request, response) => { response.json({ name }); });
      routes.get('/user', async (_request, response) => {
        const client = new pg.Client({ connectionString: context.databaseUrl('auth') });
        await client.connect();
        const { rows } = await client.query('select current_user as name, (select count(*)::int from users) as users');
        await client.end();
        response.json(rows[0]);
      });
    },
  });
  return {
    name, app, internal: {},
    notReady: async () => (holdsData && context.databaseUrl(name) === '' ? ['no database'] : []),
    drain: async () => { diary.push(`drain ${name}`); },
    close: async () => { diary.push(`close ${name}`); },
  };
};

/** Services that do nothing but tell who they are: for what a process does around its services. */
export const stubStarters = (diary: Diary = [], replaced: Partial<ServiceStarters> = {}): ServiceStarters => ({
  ...Object.fromEntries(serviceNames.map((name) => [name, startStub(diary, name)])) as ServiceStarters,
  ...replaced,
});
