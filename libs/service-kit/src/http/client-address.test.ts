import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { deriveKeys } from '../tokens/keys';
import { clientAddressBy, clientAddressHeader, createAddressReader, createAddressSigner } from './client-address';
import type { TrustProxy } from './trust-proxy';

const { internal } = deriveKeys('the secret key of today, 32 bytes or more', 'the secret key of before, 32 bytes or more');
const [today, before] = internal;
const other = deriveKeys('a secret key of somebody else, 32 bytes or more').internal[0];
/** One for all, as in a service: what it has believed once must open nothing else. */
const read = createAddressReader(internal);
const header = (value: string): IncomingHttpHeaders => ({ [clientAddressHeader]: value });

describe('the address that the gateway tells', () => {
  it.each(['203.0.113.7', '2001:db8::1', '::ffff:203.0.113.7'])('is believed: %s', (address) => {
    expect(read(header(createAddressSigner(today)(address)))).toBe(address);
    expect(read(header(createAddressSigner(before ?? other)(address)))).toBe(address);
    expect(read(header(createAddressSigner(today)(address)))).toBe(address);
  });

  const signed = createAddressSigner(today)('203.0.113.7');
  it.each([
    ['without a proof', '203.0.113.7'],
    ['with an empty one', '203.0.113.7 '],
    ['with half of it', signed.slice(0, -32)],
    ['with that of another address', signed.replace('113.7', '113.8')],
    ['with that of another key', createAddressSigner(other)('203.0.113.7')],
    ['with the key of internal calls', `203.0.113.7 ${today.toString('hex')}`],
    ['empty', ''],
  ])('is not believed %s', (_what, value) => { expect(read(header(value))).toBeUndefined(); });

  it('is not believed after the address was, without its proof', () => {
    expect(read(header(signed))).toBe('203.0.113.7');
    expect(read(header('203.0.113.7'))).toBeUndefined();
    expect(read(header(signed.replace('113.7', '113.8')))).toBeUndefined();
  });
});

describe('the address of a request that passes no app', () => {
  const addressOf = async (trustProxy: TrustProxy, headers: Record<string, string>): Promise<string> => {
    const app = express().set('trust proxy', trustProxy);
    const server = createServer((incoming, response) => { response.end(clientAddressBy(app, internal)(incoming)); });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    const address = await new Promise<string>((resolve, reject) => {
      request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, headers, agent: false }, (response) => {
        response.on('data', (chunk: Buffer) => { resolve(chunk.toString()); });
      }).once('error', reject).end();
    });
    server.close();
    return address;
  };
  const forwarded = { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' };

  it.each<[string, TrustProxy, Record<string, string>, string]>([
    ['nobody is trusted', false, forwarded, '127.0.0.1'],
    ['one proxy is trusted', 1, forwarded, '203.0.113.7'],
    ['two proxies are trusted', 2, forwarded, '198.51.100.1'],
    ['the machine itself is trusted', 'loopback', forwarded, '203.0.113.7'],
    ['another address is trusted', '203.0.113.9', forwarded, '127.0.0.1'],
    ['the gateway tells it', false, { ...forwarded, [clientAddressHeader]: createAddressSigner(today)('192.0.2.1') }, '192.0.2.1'],
    ['the gateway tells it, and a proxy is trusted', 1, { ...forwarded, [clientAddressHeader]: createAddressSigner(today)('192.0.2.1') }, '192.0.2.1'],
    ['somebody else tells it', 1, { ...forwarded, [clientAddressHeader]: createAddressSigner(other)('192.0.2.1') }, '203.0.113.7'],
  ])('where %s', async (_where, trustProxy, headers, expected) => { expect(await addressOf(trustProxy, headers)).toBe(expected); });
});
