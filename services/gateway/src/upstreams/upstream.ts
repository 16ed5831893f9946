import http, { type Agent } from 'node:http';
import https from 'node:https';
import { exchange, NobodyWaits, type Exchanged, type ExchangeOptions } from './exchange';
import { followAddresses, type Address, type LookUp } from './follow-addresses';

/** How long what happened with an address is believed. */
const rememberedMs = 1_000;
const probeTimeoutMs = 1_000;

export type UpstreamRequest = Omit<ExchangeOptions, 'agent' | 'host'>;

/** The processes of one service. */
export interface Upstream {
  /** Those that may get what is new, and those that left a while ago and may still have what was begun there. */
  known(): readonly Address[];
  /** All that may get what is new, the next in turn first and those that failed a moment ago last. */
  inTurn(): readonly Address[];
  /** @throws see exchange */
  send(address: Address, request: UpstreamRequest): Promise<Exchanged>;
  /** Whether one of them answers, or did a moment ago. */
  isAnswering(): Promise<boolean>;
  close(): void;
}

export interface UpstreamOptions {
  addresses: readonly string[];
  /** Connections to one address at a time; further requests wait for one to be free. */
  maxConnections: number;
  /** Absent: DNS. */
  lookUp?: LookUp;
}

/** Resolves when it is known where the processes are; names are looked up again and again. */
export const openUpstream = async ({ addresses: texts, maxConnections, lookUp }: UpstreamOptions): Promise<Upstream> => {
  const followed = await followAddresses(texts, lookUp);
  const agentOptions = { keepAlive: true, maxSockets: maxConnections, maxFreeSockets: 64 };
  const agents: Record<string, Agent> = { 'http:': new http.Agent(agentOptions), 'https:': new https.Agent(agentOptions) };
  const answeredAt = new WeakMap<Address, number>();
  const failedAt = new WeakMap<Address, number>();
  let turn = 0;
  let probing: Promise<boolean> | undefined;
  let probedAt = 0;
  let probeSaid = false;

  const isRecent = (at: number | undefined): boolean => at !== undefined && Date.now() - at < rememberedMs;

  const send = async (address: Address, request: UpstreamRequest): Promise<Exchanged> => {
    const agent = agents[address.url.protocol];
    if (agent === undefined) throw new Error(`${address.text} is neither http nor https`);
    try {
      const exchanged = await exchange(address.url, { ...request, agent, host: address.host });
      answeredAt.set(address, Date.now());
      failedAt.delete(address);
      return exchanged;
    } catch (error) {
      if (!(error instanceof NobodyWaits)) {
        failedAt.set(address, Date.now());
        answeredAt.delete(address);
      }
      throw error;
    }
  };

  const isAlive = async (address: Address): Promise<boolean> => {
    try {
      const { reply } = await send(address, { method: 'GET', path: '/livez', headers: {}, replyTimeoutMs: probeTimeoutMs });
      reply.resume();
      return reply.statusCode === 200;
    } catch {
      return false;
    }
  };

  const probe = async (): Promise<boolean> => {
    probeSaid = (await Promise.all(followed.current().map(isAlive))).includes(true);
    probedAt = Date.now();
    probing = undefined;
    return probeSaid;
  };

  return {
    known: () => followed.known(),
    inTurn() {
      const addresses = followed.current();
      const from = turn++ % addresses.length;
      const turned = [...addresses.slice(from), ...addresses.slice(0, from)];
      return [...turned.filter((address) => !isRecent(failedAt.get(address))), ...turned.filter((address) => isRecent(failedAt.get(address)))];
    },
    send,
    async isAnswering() {
      if (followed.current().some((address) => isRecent(answeredAt.get(address)))) return true;
      if (isRecent(probedAt)) return probeSaid;
      return probing ??= probe();
    },
    close() {
      followed.stop();
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};
