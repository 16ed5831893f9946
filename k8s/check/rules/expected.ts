/** What differs between the overlays by intent. */
export interface Expected {
  /** Six services, or one Deployment of the documented shape that runs them all. */
  shape: 'services' | 'single';
  /** From how many pods the autoscalers begin. */
  leastPods: number;
  /** Whether Postgres and Redis come along. */
  hasStores: boolean;
  /** The keys of the Secret whose placeholders keep the pods from starting. */
  toBeSet: readonly string[];
}
