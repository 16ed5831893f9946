import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { deriveKeys } from '@chat-backend/service-kit';
import jwt, { type Algorithm, type SignOptions } from 'jsonwebtoken';

/** What an attacker may hold, and more: a token of another's, what it says, and keys of the same product that are for something else. */
export interface AttackedToken { genuine: string; otherGenuine: string; userId: string; sessionId: string; secretKey: string }
/** Who knows the right key could sign anything: those attacks show that a signature alone is not enough. */
type Attack = readonly [name: string, token: string];

const issuer = 'chat-backend';
const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const now = (): number => Math.floor(Date.now() / 1_000);

/** Header and claims as they are given, signed by HMAC as told; what no library would sign. */
const signRaw = (header: unknown, claims: unknown, key: Buffer, hash = 'sha256'): string => {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${createHmac(hash, key).update(content).digest('base64url')}`;
};

export const tokenAttacks = ({ genuine, otherGenuine, userId, sessionId, secretKey }: AttackedToken): Attack[] => {
  const keys = deriveKeys(secretKey);
  const right = keys.tokens[0].export();
  const [header = '', payload = '', signature = ''] = genuine.split('.');
  const [, otherPayload = '', otherSignature = ''] = otherGenuine.split('.');
  const hs256 = { alg: 'HS256', typ: 'JWT' };
  const claims = { sub: userId, sid: sessionId, purpose: 'access', iss: issuer, aud: issuer, iat: now(), exp: now() + 900, jti: randomUUID() };
  const without = (...names: string[]): object => Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)));
  const wrongKey = Buffer.alloc(32, 7);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const signAs = (algorithm: Algorithm, key: jwt.Secret, options: SignOptions = {}): string => jwt.sign(claims, key, { algorithm, ...options });
  const unsigned = (alg: unknown): string => `${encode({ ...hs256, alg })}.${payload}.`;
  const withHeader = (more: object, key = wrongKey): string => signRaw({ ...hs256, ...more }, claims, key);
  const signed = (changed: object): string => signRaw(hs256, { ...claims, ...changed }, right);

  return [
    ['alg none', unsigned('none')],
    ['alg None', unsigned('None')],
    ['alg NONE, with the signature', `${unsigned('NONE')}${signature}`],
    ['alg null', unsigned(null)],
    ['alg an empty text', unsigned('')],
    ['alg a list', unsigned(['HS256'])],
    ['no alg', `${encode({ typ: 'JWT' })}.${payload}.${signature}`],
    ['alg hs256 in lower case', signRaw({ ...hs256, alg: 'hs256' }, claims, right)],
    ['HS384 with the right key', signRaw({ ...hs256, alg: 'HS384' }, claims, right, 'sha384')],
    ['HS512 with the right key', signRaw({ ...hs256, alg: 'HS512' }, claims, right, 'sha512')],
    ['HS384 said, HS256 signed', signRaw({ ...hs256, alg: 'HS384' }, claims, right)],
    ['RS256 with a key of one\'s own', signAs('RS256', rsa.privateKey)],
    ['PS256 with a key of one\'s own', signAs('PS256', rsa.privateKey)],
    ['ES256 with a key of one\'s own', signAs('ES256', ec.privateKey)],
    ['HS256 keyed with a public key (RS and HS confused)', signRaw(hs256, claims, Buffer.from(publicPem))],
    ['RS256 said, HS256 signed with the public key', signRaw({ ...hs256, alg: 'RS256' }, claims, Buffer.from(publicPem))],
    ['kid that leads to a file', withHeader({ kid: '../../../../dev/null' }, Buffer.alloc(1))],
    ['kid with SQL', withHeader({ kid: "x' union select 'key" }, Buffer.from('key'))],
    ['jku of one\'s own', withHeader({ jku: 'http://127.0.0.1:1/keys.json', kid: '1' })],
    ['x5u of one\'s own', withHeader({ x5u: 'http://127.0.0.1:1/certificate.pem' })],
    ['jwk with the key in the header', withHeader({ jwk: { kty: 'oct', k: wrongKey.toString('base64url') } })],
    ['x5c with the key in the header', signAs('RS256', rsa.privateKey, { header: { alg: 'RS256', x5c: [publicPem] } })],
    ['b64 false: the payload as it is', withHeader({ b64: false, crit: ['b64'] })],
    ['signed with nothing', signRaw(hs256, claims, Buffer.alloc(0))],
    ['signed with SECRET_KEY itself', signRaw(hs256, claims, Buffer.from(secretKey))],
    ['signed with the key of internal calls', signRaw(hs256, claims, keys.internal[0])],
    ['signed with the key of codes', signRaw(hs256, claims, keys.codes[0])],
    ['signed with the key of another installation', signRaw(hs256, claims, deriveKeys('another secret key, of 32 bytes or more').tokens[0].export())],
    ['another user in the claims, the old signature', `${header}.${encode({ ...claims, sub: randomUUID() })}.${signature}`],
    ['the claims of another token', `${header}.${otherPayload}.${signature}`],
    ['the signature of another token', `${header}.${payload}.${otherSignature}`],
    ['a later end, the old signature', `${header}.${encode({ ...claims, exp: now() + 10 ** 8 })}.${signature}`],
    ['another issuer', signed({ iss: 'another' })],
    ['no issuer', signRaw(hs256, without('iss'), right)],
    ['another audience', signed({ aud: 'another' })],
    ['no audience', signRaw(hs256, without('aud'), right)],
    ['expired', signed({ exp: now() - 1 })],
    ['not valid yet', signed({ nbf: now() + 600 })],
    ['no end', signRaw(hs256, without('exp'), right)],
    ['an end that is text', signed({ exp: String(now() + 900) })],
    ['an end that is a list', signed({ exp: [now() + 900] })],
    ['an end beyond numbers', signRaw(hs256, JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999'), right)],
    ['purpose verify', signed({ purpose: 'verify' })],
    ['purpose mfa', signed({ purpose: 'mfa' })],
    ['purpose reset', signed({ purpose: 'reset' })],
    ['a purpose that there is not', signed({ purpose: 'admin' })],
    ['purpose constructor', signed({ purpose: 'constructor' })],
    ['purposes in a list', signed({ purpose: ['access'] })],
    ['no user', signRaw(hs256, without('sub'), right)],
    ['a user that is an object', signed({ sub: { id: userId } })],
    ['no session', signRaw(hs256, without('sid'), right)],
    ['claims below __proto__', signRaw(hs256, `{"__proto__":${JSON.stringify(claims)}}`, right)],
    ['duplicated claims: first access, then reset', signRaw(hs256, JSON.stringify({ ...claims, purpose: 'access' }).replace('}', ',"purpose":"reset"}'), right)],
    ['claims in a list', signRaw(hs256, [claims], right)],
    ['claims that are text', signRaw({ alg: 'HS256' }, JSON.stringify(userId), right)],
    ['claims that are no JSON', signRaw(hs256, '{"sub":', right)],
    ['no signature', `${header}.${payload}.`],
    ['no signature and no point', `${header}.${payload}`],
    ['a signature cut short', genuine.slice(0, -1)],
    ['a signature with unused bits', `${header}.${payload}.${withUnusedBits(signature)}`],
    ['padding after the signature', `${genuine}=`],
    ['base64 in place of base64url', `${header}.${payload}.${Buffer.from(signature, 'base64url').toString('base64')}`],
    ['a blank at the end', `${genuine} `],
    ['a line end at the end', `${genuine}\n`],
    ['a blank within', `${header}. ${payload}.${signature}`],
    ['NUL at the end', `${genuine}\u0000`],
    ['fullwidth letters', `${header}.${payload}.${fullwidth(signature)}`],
    ['a byte order mark before it', `\ufeff${genuine}`],
    ['a lone surrogate after it', `${genuine}\ud800`],
    ['two tokens with a comma', `${genuine},${otherGenuine}`],
    ['two tokens with a blank', `${genuine} ${otherGenuine}`],
    ['four parts', `${genuine}.${signature}`],
    ['five parts, as an encrypted token', `${header}.${payload}.${signature}.${payload}.${signature}`],
    ['Bearer before it, once more', `Bearer ${genuine}`],
    ['a huge payload', signRaw(hs256, { ...claims, padding: 'x'.repeat(20_000) }, wrongKey)],
    ['deep claims', signRaw(hs256, `{"sub":${'['.repeat(1_000)}${']'.repeat(1_000)}}`, right)],
    ['points alone', '..'],
    ['a header that is null', `${encode('null')}.${payload}.${signature}`],
  ];
};

/** The last letter of a signature has two bits that are not used: other letters stand for the same bytes. */
const withUnusedBits = (signature: string): string => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return `${signature.slice(0, -1)}${letters[letters.indexOf(signature.slice(-1)) ^ 1] ?? ''}`;
};
const fullwidth = (text: string): string => text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
