import type { Environment, VariableName } from '@chat-backend/contracts';
import { trustProxyFaults, trustProxyFrom } from './http/trust-proxy';

/** Less makes a stolen table of hashes cheap to guess. */
const leastBcryptCostInProduction = 12;

type Given = Partial<Environment>;
const inProduction = ({ NODE_ENV }: Given): boolean => NODE_ENV === 'production';
const isOneOf = (secret: string | undefined, others: readonly (string | undefined)[]): boolean => secret !== undefined && others.includes(secret);

/** What the schema of one variable cannot say. A rule holds wherever all of its variables are read. */
interface ConfigRule {
  reads: readonly VariableName[];
  faults(given: Given): string[];
}

const rules: readonly ConfigRule[] = [
  {
    reads: ['NODE_ENV', 'EXPOSE_OTP'],
    faults: (given) => (inProduction(given) && given.EXPOSE_OTP === true
      ? ['EXPOSE_OTP: must not be true in production: replies would carry the codes that prove who somebody is'] : []),
  },
  {
    reads: ['NODE_ENV', 'BCRYPT_COST'],
    faults: (given) => (inProduction(given) && (given.BCRYPT_COST ?? Infinity) < leastBcryptCostInProduction
      ? [`BCRYPT_COST: must be at least ${leastBcryptCostInProduction} in production`] : []),
  },
  {
    // Who learns the key that signs tokens must not learn with it what protects the passwords; and it is rotated, which would end every account.
    reads: ['PASSWORD_PEPPER', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS'],
    faults: (given) => (isOneOf(given.PASSWORD_PEPPER, [given.SECRET_KEY, given.SECRET_KEY_PREVIOUS])
      ? ['PASSWORD_PEPPER: must not be the SECRET_KEY; make one of its own'] : []),
  },
  {
    // Who looks after the queue must not learn with that what signs everybody's tokens.
    reads: ['OPERATOR_TOKEN', 'SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'PASSWORD_PEPPER'],
    faults: (given) => (isOneOf(given.OPERATOR_TOKEN, [given.SECRET_KEY, given.SECRET_KEY_PREVIOUS, given.PASSWORD_PEPPER])
      ? ['OPERATOR_TOKEN: must not be the SECRET_KEY or the PASSWORD_PEPPER; make one of its own'] : []),
  },
  {
    reads: ['DATABASE_URL', 'DB_URL'],
    faults: ({ DATABASE_URL, DB_URL }) => (DATABASE_URL !== undefined && DB_URL !== undefined && DATABASE_URL !== DB_URL
      ? ['DB_URL: differs from DATABASE_URL, of which it is an alias; set one of them'] : []),
  },
  { reads: ['TRUST_PROXY'], faults: ({ TRUST_PROXY }) => (TRUST_PROXY === undefined ? [] : trustProxyFaults(trustProxyFrom(TRUST_PROXY))) },
];

/** Every rule of these variables that is broken. A variable that was not valid by itself is absent from what is given. */
export const faultsBetween = (given: Given, names: readonly VariableName[]): string[] =>
  rules.filter(({ reads }) => reads.every((name) => names.includes(name))).flatMap(({ faults }) => faults(given));
