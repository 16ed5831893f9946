import type { Server } from 'node:http';
import type { ServiceName } from '@chat-backend/contracts';
import type { DomainEvents } from '@chat-backend/events';
import type { Express } from 'express';
import type { Registry } from 'prom-client';
import type { InternalCaller, InternalHandlers } from '../http/internal-calls';
import type { Logger } from '../logger';
import type { Keys } from '../tokens/keys';
import type { TokenVerifier } from '../tokens/tokens';

/** A started service, as its process sees it. */
export interface Service {
  name: ServiceName;
  /** Its REST calls, and below `/internal` its internal ones. */
  app: Express;
  internal: InternalHandlers;
  /** Takes sockets of the process's server, which listens a moment later. */
  attach?(server: Server): void;
  /** Pages for operators, on the internal port alone. */
  operatorPages?: Express | undefined;
  /** Why it cannot work now; empty when it can. */
  notReady(): Promise<string[]>;
  /** Takes no new work and finishes what is under way. Idempotent. */
  drain(): Promise<void>;
  /** Lets go of everything. Called once, after `drain`, when nobody uses the service any more. */
  close(): Promise<void>;
}

/** What a process gives to the services that run in it. */
export interface ProcessContext {
  env: NodeJS.ProcessEnv;
  logger: Logger;
  keys: Keys;
  tokens: TokenVerifier;
  events: DomainEvents;
  internal: InternalCaller;
  metrics: Registry;
  /** Absent: this process is the only one. */
  redisUrl?: string;
  /** The database as this service's role sees it. */
  databaseUrl(service: ServiceName): string;
  /** Folder for what this installation keeps outside the database; made when needed. */
  dataDir: string;
  /** The services that run in this process and were started before: the gateway mounts them. */
  localServices: ReadonlyMap<ServiceName, Service>;
}
