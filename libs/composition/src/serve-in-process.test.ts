import { serviceNames } from '@chat-backend/contracts';
import express from 'express';
import type { Service } from '@chat-backend/service-kit';
import { serveInProcess } from './serve-in-process';

const nothing = async (): Promise<void> => {};
const serviceOf = (name: Service['name']): Service => ({ name, app: express(), internal: {}, notReady: async () => [], drain: nothing, close: nothing });

describe('what a process answers', () => {
  it('is made of requests and replies of the app at its edge', () => {
    const services = new Map(serviceNames.map((name) => [name, serviceOf(name)]));
    const { app, messages } = serveInProcess(services, true);
    expect(app).toBe(services.get('gateway')?.app);
    expect(messages?.IncomingMessage?.prototype).toMatchObject({ app });
    expect(messages?.ServerResponse?.prototype).toMatchObject({ app });
  });
});
