import { createInMemoryMessaging, type InMemoryMessaging } from './in-memory-messaging.fixture';
import { closeClients, startPod, type TestPod, type TestPodOptions } from './realtime.fixture';

export interface OwnPod { pod: TestPod; messaging: InMemoryMessaging }

/** Gives each test a pod of its own over a messaging of its own, and ends its clients after it. */
export const podForEachTest = (options: Omit<TestPodOptions, 'internal'>, use: (own: OwnPod) => void): void => {
  let pod: TestPod;
  beforeEach(async () => {
    const messaging = createInMemoryMessaging();
    pod = await startPod({ ...options, internal: messaging });
    use({ pod, messaging });
  });
  afterEach(async () => {
    closeClients();
    await pod.stop();
  });
};
