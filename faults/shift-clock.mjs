// Loaded into every process of the cluster before its own code: each service has a clock of its own, five minutes ahead or behind, so that
// those who speak to each other (realtime and messaging, gateway and auth) are ten minutes apart.
const minutes = { auth: 5, messaging: 5, 'social-graph': 5, gateway: -5, realtime: -5, group: -5 };
const shiftMs = (minutes[process.argv[2]] ?? 0) * 60_000;

if (shiftMs !== 0) {
  const { Date: TrueDate } = globalThis;
  globalThis.Date = class extends TrueDate {
    constructor(...given) {
      if (given.length === 0) super(TrueDate.now() + shiftMs);
      else super(...given);
    }
    static now() { return TrueDate.now() + shiftMs; }
  };
}
