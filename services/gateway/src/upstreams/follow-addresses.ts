import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** How soon a process that was added or taken away behind a name is noticed. */
const lookUpEveryMs = 2_000;
/** A process whose address DNS names no longer may still be draining: it keeps the sessions that it has. */
const keptAfterLeavingMs = 60_000;

/** One process of a service behind the gateway. */
export interface Address {
  /** As it stands in the configuration, with the address that was found in the place of a name. */
  text: string;
  /** As it stands in the configuration. */
  url: URL;
  /** Where to connect. */
  host: string;
}

/** The addresses of a host name. Rejects where it has none. */
export type LookUp = (name: string) => Promise<string[]>;

/** The processes behind the configured addresses: a name that DNS knows several addresses of is as many processes. */
export interface FollowedAddresses {
  /** Those that may get what is new. A name that was never found stands for itself. */
  current(): readonly Address[];
  /** These, and those that left a while ago. */
  known(): readonly Address[];
  stop(): void;
}

/** The IPv4 addresses, else those of IPv6: a process that has both is still one. In an order of their own, as DNS turns them. */
const lookUpInDns: LookUp = async (name) => {
  const found = await lookup(name, { all: true });
  const family = found.some((address) => address.family === 4) ? 4 : 6;
  return found.filter((address) => address.family === family).map(({ address }) => address).sort();
};

/** IPv6 hosts stand in brackets in a URL and without them everywhere else. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

/** `localhost` is this machine, in whichever family the process listens. */
const isName = (url: URL): boolean => isIP(hostOf(url)) === 0 && url.hostname !== 'localhost';

const addressAt = (url: URL, host: string): Address => {
  const text = new URL(url);
  text.hostname = isIP(host) === 6 ? `[${host}]` : host;
  return { text: text.origin, url, host };
};

/** Follows where the configured addresses lead. Resolves when each name was looked up once. */
export const followAddresses = async (configured: readonly string[], lookUp: LookUp = lookUpInDns): Promise<FollowedAddresses> => {
  const origins = configured.map((text) => ({ text, url: new URL(text) }));
  const found = new Map<string, readonly Address[]>(origins.map(({ text, url }) => [text, [{ text, url, host: hostOf(url) }]]));
  // One object for each process as long as it is known: others remember by it what happened there.
  const byText = new Map<string, Address>();
  const leftAt = new Map<Address, number>();
  let current: readonly Address[] = [];

  const gather = (): void => {
    const before = current;
    const all = [...found.values()].flat().map((address) => byText.get(address.text) ?? address);
    current = [...new Map(all.map((address) => [address.text, address])).values()];
    for (const address of current) {
      byText.set(address.text, address);
      leftAt.delete(address);
    }
    for (const address of before) if (!current.includes(address)) leftAt.set(address, performance.now());
    for (const [address, at] of leftAt) {
      if (performance.now() - at < keptAfterLeavingMs) continue;
      leftAt.delete(address);
      byText.delete(address.text);
    }
  };

  const lookUpAll = async (): Promise<void> => {
    await Promise.all(origins.filter(({ url }) => isName(url)).map(async ({ text, url }) => {
      const hosts = await lookUp(url.hostname).catch(() => []);
      // A DNS that does not answer is no reason to forget who was there a moment ago.
      if (hosts.length > 0) found.set(text, hosts.map((host) => addressAt(url, host)));
    }));
    gather();
  };

  await lookUpAll();
  let timer: NodeJS.Timeout | undefined;
  const lookUpLater = (): void => {
    timer = setTimeout(() => { void lookUpAll().then(() => { if (timer !== undefined) lookUpLater(); }); }, lookUpEveryMs);
    timer.unref();
  };
  if (origins.some(({ url }) => isName(url))) lookUpLater();

  return {
    current: () => current,
    known: () => [...current, ...leftAt.keys()],
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
};
