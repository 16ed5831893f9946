import { createInMemoryMessaging, type InMemoryMessaging } from './in-memory-messaging.fixture';
import { closeClients, startPod, type TestPod, type TestPodOptions } from './realtime.fixture';

type OwnOptions = Omit<TestPodOptions, 'internal'>;

export interface OwnPod {
  pod: TestPod;
  messaging: InMemoryMessaging;
  /** Ends the test's pod, and gives it another over the same messaging, set in another way. */
  startAnew(options: OwnOptions): Promise<TestPod>;
}

/** Gives each test a pod of its own over a messaging of its own, and ends its clients and the pod after it. */
export const podForEachTest = (options: OwnOptions, use: (own: OwnPod) => void): void => {
  let pod: TestPod;
  beforeEach(async () => {
    const messaging = createInMemoryMessaging();
    const startAnew = async (anew: OwnOptions): Promise<TestPod> => {
      await pod.stop();
      return pod = await startPod({ ...options, ...anew, internal: messaging });
    };
    pod = await startPod({ ...options, internal: messaging });
    use({ pod, messaging, startAnew });
  });
  afterEach(async () => {
    closeClients();
    await pod.stop();
  });
};
