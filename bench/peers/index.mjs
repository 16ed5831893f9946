import { cluster, clusterOfTwo, oneProcess } from './chat-backend/adapter.mjs';
import { monolithOnPg, monolithOnPrisma } from './monolith/adapter.mjs';
import { socketIoRelay } from './socket-io-relay/adapter.mjs';
import { ejabberd } from './xmpp/ejabberd.mjs';
import { prosody } from './xmpp/prosody.mjs';

/**
 * What is compared, each behind the same adapter:
 *   name, label; protocol: which client of load/ speaks to it; needs: the stores that are started for it
 *   prepare?()                                once, before anything is measured
 *   insertPopulation(client, population)      once, into its own database, while it runs for the first time
 *   storedMessages?                           the table in which what was done must be found afterwards
 *   makeUsers(ids, population)                what each needs to connect: at least {id} and its credentials
 *   start({postgres, redis, folder})          → urls to connect to (users take turns), parts {name, pid} whose CPU counts beside the stores', died, stop(),
 *                                             and where it has them restUrl, messagingUrl, ask (see inside.cjs)
 */
export const peers = [oneProcess, cluster, clusterOfTwo, socketIoRelay, monolithOnPg, monolithOnPrisma, ejabberd, prosody];
export const peersByDefault = peers.filter(({ protocol }) => protocol === 'socket.io').map(({ name }) => name);
