import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runProgram } from './run-program.mjs';

const startWithinMs = 30_000;

/** Docker runs iptables by these names; the package makes them only when it is installed. */
const linkIptables = (unpacked, folder) => {
  mkdirSync(folder);
  for (const name of ['iptables', 'ip6tables', 'iptables-save', 'ip6tables-save', 'iptables-restore', 'ip6tables-restore']) {
    symlinkSync(join(unpacked, 'usr/sbin/xtables-nft-multi'), join(folder, name));
  }
};

/** A Docker engine of our own: its data, its socket and its settings lie in the folder. Started by hand, without systemd. */
export const startDockerEngine = async (unpacked, folder) => {
  const libraries = join(unpacked, 'usr/lib/x86_64-linux-gnu');
  linkIptables(unpacked, join(folder, 'links'));
  const env = {
    ...process.env,
    PATH: [join(folder, 'links'), join(unpacked, 'usr/sbin'), join(unpacked, 'usr/bin'), process.env.PATH].join(':'),
    LD_LIBRARY_PATH: `${libraries}:${join(unpacked, 'lib/x86_64-linux-gnu')}`, XTABLES_LIBDIR: join(libraries, 'xtables'),
  };
  const socket = `unix://${join(folder, 'docker.sock')}`;
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  const engine = spawn('dockerd', [
    '--host', socket, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'docker.pid'),
  ], { env, stdio: ['ignore', log, log] });
  const ended = once(engine, 'exit');
  const clientEnv = { ...env, DOCKER_HOST: socket, DOCKER_CONFIG: join(folder, 'config'), DOCKER_BUILDKIT: '1' };
  const docker = (commandLine, options = {}) => runProgram('docker', commandLine, { env: clientEnv, ...options });
  const stop = async () => {
    if (engine.exitCode !== null || engine.signalCode !== null) return;
    engine.kill('SIGTERM');
    await ended;
  };

  const until = Date.now() + startWithinMs;
  for (;;) {
    if (engine.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`dockerd does not start:\n${readFileSync(join(folder, 'dockerd.log'), 'utf8').slice(-2_000)}`);
    }
    try {
      await docker(['version']);
      break;
    } catch {
      await wait(200);
    }
  }
  return { docker, env: clientEnv, compose: join(unpacked, 'usr/libexec/docker/cli-plugins/docker-compose'), stop };
};
