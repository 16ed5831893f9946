import type { Cluster } from '../cluster/start-cluster';
import type { FaultyProxy } from '../network/faulty-proxy';
import type { OpenClientsOptions } from './open-clients';

/**
 * A third of all devices reach the gateway over the bad network; of the documented ones another third goes straight to a realtime process, as an
 * ingress may lead them. Some begin as browsers do.
 */
export const faultyWays = (cluster: Pick<Cluster, 'url' | 'processes'>, proxy: FaultyProxy): OpenClientsOptions['waysOf'] => {
  const realtime = cluster.processes().filter(({ service }) => service === 'realtime').map(({ port }) => `http://127.0.0.1:${port}`);
  const [first = cluster.url, second = cluster.url] = realtime;
  const documentedUrls = [proxy.url, cluster.url, first, proxy.url, cluster.url, second];
  const libraryUrls = [cluster.url, proxy.url, cluster.url];
  return (index) => {
    const transports: ('polling' | 'websocket')[] = index % 5 === 1 ? ['polling', 'websocket'] : ['websocket'];
    return {
      documented: { transports, url: documentedUrls[index % documentedUrls.length] ?? cluster.url },
      library: { transports, url: libraryUrls[index % libraryUrls.length] ?? cluster.url },
    };
  };
};
