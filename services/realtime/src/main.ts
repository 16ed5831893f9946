import type { ProcessContext, Service } from '@chat-backend/service-kit';
import { readRealtimeConfig } from './config';
import { createRealtime } from './realtime';

/** Starts the realtime service in this process. */
export const startRealtime = async (context: ProcessContext): Promise<Service> =>
  createRealtime(context, { config: readRealtimeConfig(context.env), holdWrites: true, triedForMs: 10_000 });
