import http, { type Agent } from 'node:http';
import https from 'node:https';
import { exchange, NobodyWaits, type Exchanged, type ExchangeOptions } from './exchange';
import { followAddresses, type Address, type LookUp } from './follow-addresses';
import { unwatched, watchReadiness } from './watch-readiness';

/** How long what happened with an address is believed. */
const rememberedMs = 1_000;
const probeTimeoutMs = 1_000;

export type UpstreamRequest = Omit<ExchangeOptions, 'agent' | 'host'>;

/** The processes of one service. */
export interface Upstream {
  /** Those that may get what is new, and those that left a while ago and may still have what was begun there. */
  known(): readonly Address[];
  /** All that may get what is new: the next in turn first, then those that say they are not ready, and those that failed a moment ago last. */
  inTurn(): readonly Address[];
  /** @throws see exchange */
  send(address: Address, request: UpstreamRequest): Promise<Exchanged>;
  /** Whether one of them answers, or did a moment ago. */
  isAnswering(): Promise<boolean>;
  close(): void;
}

export interface UpstreamOptions {
  /** Several: each is asked for its readiness. */
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
  let probedAt: number | undefined;
  let probeSaid = false;

  const isRecent = (at: number | undefined): boolean => at !== undefined && performance.now() - at < rememberedMs;

  const exchangeWith = async (address: Address, request: UpstreamRequest): Promise<Exchanged> => {
    const agent = agents[address.url.protocol];
    if (agent === undefined) throw new Error(`${address.text} is neither http nor https`);
    return exchange(address.url, { ...request, agent, host: address.host });
  };

  const send = async (address: Address, request: UpstreamRequest): Promise<Exchanged> => {
    try {
      const exchanged = await exchangeWith(address, request);
      answeredAt.set(address, performance.now());
      failedAt.delete(address);
      return exchanged;
    } catch (error) {
      if (!(error instanceof NobodyWaits)) {
        failedAt.set(address, performance.now());
        answeredAt.delete(address);
      }
      throw error;
    }
  };

  const probeWith = async (sendTo: typeof send, address: Address, path: string): Promise<number | undefined> => {
    const { reply } = await sendTo(address, { method: 'GET', path, headers: {}, replyTimeoutMs: probeTimeoutMs });
    reply.resume();
    return reply.statusCode;
  };
  const isAlive = (address: Address): Promise<boolean> => probeWith(send, address, '/livez').then((status) => status === 200, () => false);
  // That it is slow to say so is no reason to leave a process out: calls find out themselves whether it answers.
  const isReady = async (address: Address): Promise<boolean> => await probeWith(exchangeWith, address, '/readyz') !== 503;
  const readiness = texts.length > 1 ? watchReadiness(() => followed.current(), isReady) : unwatched;

  const probe = async (): Promise<boolean> => {
    probeSaid = (await Promise.all(followed.current().map(isAlive))).includes(true);
    probedAt = performance.now();
    probing = undefined;
    return probeSaid;
  };

  return {
    known: () => followed.known(),
    inTurn() {
      const addresses = followed.current();
      const from = turn++ % addresses.length;
      const turned = [...addresses.slice(from), ...addresses.slice(0, from)];
      const lastOf = (address: Address): number => (isRecent(failedAt.get(address)) ? 2 : readiness.isUnready(address) ? 1 : 0);
      return turned.sort((one, other) => lastOf(one) - lastOf(other));
    },
    send,
    async isAnswering() {
      if (followed.current().some((address) => isRecent(answeredAt.get(address)))) return true;
      if (isRecent(probedAt)) return probeSaid;
      return probing ??= probe();
    },
    close() {
      followed.stop();
      readiness.stop();
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
};
