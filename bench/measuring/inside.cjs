// Loaded into a Node server before its own code (`node --require`), where the benchmark must ask from inside: to collect garbage before its memory is
// read, and to take a CPU profile. Until it is asked it does nothing.
'use strict';

const { writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

let session;
const post = (method, parameters) => new Promise((resolve, reject) => {
  session.post(method, parameters, (error, result) => { if (error) reject(error); else resolve(result); });
});

const answers = {
  collectGarbage: async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    for (let times = 0; times < 3; times += 1) {
      collect();
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
    return process.memoryUsage();
  },
  startProfile: async () => {
    session = new Session();
    session.connect();
    await post('Profiler.enable');
    await post('Profiler.setSamplingInterval', { interval: 200 });
    await post('Profiler.start');
  },
  stopProfile: async ({ file }) => {
    const { profile } = await post('Profiler.stop');
    session.disconnect();
    writeFileSync(file, JSON.stringify(profile));
  },
};

process.on('message', (message) => {
  if (typeof message !== 'object' || message === null || answers[message.benchmark] === undefined) return;
  answers[message.benchmark](message).then(
    (result) => { process.send({ benchmark: message.benchmark, result }); },
    (error) => { process.send({ benchmark: message.benchmark, error: String(error.stack) }); },
  );
});
// Listening alone must not keep the server alive.
process.channel?.unref();
