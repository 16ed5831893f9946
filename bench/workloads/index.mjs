import { pairsAtFixedRate, pairsOneInFlight, pairsTenInFlight } from './w1-pairs.mjs';
import { groupOfHundred, groupOfThousand, sendToLargeGroup, sendToSmallGroup } from './w2-groups.mjs';
import { connections } from './w3-w4-connections.mjs';
import { callByGateway, callService, readHundredThousand, readMillion, readThousand } from './w5-history.mjs';

/** In the order in which they run. Each has a name, a title, what its CPU is divided by, the peers that it is for, and `run(turn)`. */
export const workloads = [
  pairsOneInFlight, pairsTenInFlight, pairsAtFixedRate, groupOfHundred, groupOfThousand, sendToSmallGroup, sendToLargeGroup,
  readThousand, readHundredThousand, readMillion, callService, callByGateway, connections,
];
