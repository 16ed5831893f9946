// The goals of this product's performance, as ratios between figures of one run.

const ofMedian = (figure) => (results, peer, workload) => results.find((one) => one.peer === peer && one.workload === workload)?.figures[figure]?.median;
const cpu = ofMedian('cpuMicros');
const acknowledged = ofMedian('acknowledgedP50');
const ratio = (one, other) => (one === undefined || other === undefined ? undefined : one / other);

const against = (results, workload, peer, figure = cpu) => ratio(figure(results, 'one-process', workload), figure(results, peer, workload));
const timesBetter = (peer) => (results) => ratio(cpu(results, peer, 'W1x10'), cpu(results, 'one-process', 'W1x10'));

/** `atLeast` and `atMost` are ratios, but for the latency, which is in milliseconds. */
export const goals = [
  { title: 'W1, 10 in flight: durable messages per CPU-second against the monolith on pg', atLeast: 8, measure: timesBetter('monolith-pg') },
  { title: 'W1, 10 in flight: the same against the monolith on Prisma', atLeast: 15, measure: timesBetter('monolith-prisma') },
  { title: 'W1, 10 in flight: the same against ejabberd with its archive in Postgres', atLeast: 10, measure: timesBetter('ejabberd') },
  { title: 'W1, 10 in flight: CPU per durable message against a Socket.IO relay that stores nothing', atMost: 1.2, measure: (results) => against(results, 'W1x10', 'socket.io') },
  { title: 'W1, 10 in flight: realtime and messaging in two processes against one', atMost: 1.25, measure: (results) => ratio(cpu(results, 'cluster', 'W1x10'), cpu(results, 'one-process', 'W1x10')) },
  { title: 'W1, 10 in flight: two realtime processes against one', atMost: 1.3, measure: (results) => ratio(cpu(results, 'cluster-two-realtime', 'W1x10'), cpu(results, 'cluster', 'W1x10')) },
  { title: 'W1 at 3,000/s: p99 from due to delivered, in ms', atMost: 25, isMs: true, measure: (results) => ofMedian('deliveredP99')(results, 'one-process', 'W1@3000') },
  { title: 'W2: CPU per delivery to 1,000 members against Socket.IO\'s own broadcast', atMost: 0.25, measure: (results) => against(results, 'W2-1000', 'socket.io') },
  { title: 'Send latency (median) in a group of 10,000 against one of 10', atMost: 2, measure: (results) => ratio(acknowledged(results, 'one-process', 'send-10000'), acknowledged(results, 'one-process', 'send-10')) },
  { title: 'W3: memory per idle connection against a bare Socket.IO connection', atMost: 1.1, measure: (results) => against(results, 'W3+W4', 'socket.io', ofMedian('memoryBytes')) },
  { title: 'W4: CPU per authenticated connection against Socket.IO with a JWT secret given as a string', atMost: 0.6, measure: (results) => against(results, 'W3+W4', 'socket.io') },
  { title: 'W5: CPU per read of the newest 50 of 100,000 against the monolith on pg', atMost: 0.7, measure: (results) => against(results, 'W5-100000', 'monolith-pg') },
  { title: 'W5: 1,000,000 messages against 1,000, CPU per read', atMost: 1.1, measure: (results) => ratio(cpu(results, 'one-process', 'W5-1000000'), cpu(results, 'one-process', 'W5-1000')) },
  { title: 'A REST call through the gateway against the service alone, CPU', atMost: 2, measure: (results) => ratio(cpu(results, 'cluster', 'REST-gateway'), cpu(results, 'cluster', 'REST-service')) },
];

/** Those that this run can say something about. */
export const judgeGoals = (results) => goals.flatMap(({ title, atLeast, atMost, isMs = false, measure }) => {
  const measured = measure(results);
  if (measured === undefined) return [];
  const goal = atLeast ?? atMost;
  const met = atLeast === undefined ? measured <= goal : measured >= goal;
  return [{ title, goal, isAtLeast: atLeast !== undefined, isMs, measured, met, missedBy: met ? 0 : Math.abs(measured / goal - 1) }];
});
