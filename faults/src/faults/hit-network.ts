import { setTimeout as pause } from 'node:timers/promises';
import type { Weather } from '../network/faulty-proxy';
import type { Fault, FaultTools } from './fault';

const lastsMs = 2_000;
const victims = ['network'];

export const badWeather = ({ proxy }: FaultTools, weather: Weather): Fault => ({
  name: 'network', target: weather, victims,
  async cause() {
    proxy.set(weather);
    await pause(lastsMs);
    proxy.set('good');
  },
});

export const resetConnections = ({ proxy }: FaultTools): Fault => ({
  name: 'network', target: 'reset', victims,
  async cause() { proxy.reset(); },
});
