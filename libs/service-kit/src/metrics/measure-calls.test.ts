import express from 'express';
import { Registry } from 'prom-client';
import request from 'supertest';
import { measureCalls } from './measure-calls';

it('counts each call under how it ended, from zero on', async () => {
  const metrics = new Registry();
  const app = express().use(measureCalls(metrics, 'group'));
  measureCalls(metrics, 'auth');
  app.post('/:status', ({ params: { status } }, response) => { response.sendStatus(Number(status)); });
  for (const status of [200, 200, 404, 503]) await request(app).post(`/${status}`);
  const text = await metrics.metrics();
  const count = (service: string, outcome: string): string | undefined =>
    new RegExp(`^chat_call_seconds_count\\{service="${service}",outcome="${outcome}"\\} (\\d+)$`, 'm').exec(text)?.[1];
  expect(['ok', 'refused', 'failed', 'gone'].map((outcome) => count('group', outcome))).toEqual(['2', '1', '1', '0']);
  expect(count('auth', 'failed')).toBe('0');
});
