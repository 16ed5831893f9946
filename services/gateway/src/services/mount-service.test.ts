import { createServer } from 'node:http';
import { messagesOf } from '@chat-backend/service-kit';
import express from 'express';
import { closeAll, listening } from '../gateway.fixture';
import { mountService } from './mount-service';

afterAll(closeAll);

describe('a service of this process', () => {
  it('goes on with the very request of the gateway, and believes the proxies that it believes', async () => {
    const prototypes: unknown[] = [];
    const mounted = express();
    mounted.get('/seen', (request, response) => {
      prototypes.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
      response.json({ ip: request.ip });
    });
    const route = mountService(mounted);
    const gateway = express().set('trust proxy', 1);
    gateway.use((request, response) => {
      prototypes.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
      return route.serve(request, response, {});
    });
    const { url } = await listening(createServer(messagesOf(gateway), gateway));
    expect(await (await fetch(`${url}/seen`, { headers: { 'x-forwarded-for': '203.0.113.7' } })).json()).toEqual({ ip: '203.0.113.7' });
    const [request, response, requestInService, responseInService] = prototypes;
    expect(requestInService).toBe(request);
    expect(responseInService).toBe(response);
  });

  it('that fails in its reply breaks it off', async () => {
    const mounted = express();
    mounted.get('/half', (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('half');
      throw new Error('it failed');
    });
    const route = mountService(mounted);
    const { url } = await listening(createServer(express().use((request, response) => route.serve(request, response, {}))));
    await expect(fetch(`${url}/half`).then((reply) => reply.text())).rejects.toThrow();
  });
});
