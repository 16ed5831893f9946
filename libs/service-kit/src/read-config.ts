import { environment, type Environment, type VariableName } from '@chat-backend/contracts';
import { faultsBetween } from './config-rules';

/** Thrown with every fault of the environment at once; its message is for people. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: string[]) {
    super(['The environment is not valid:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
  }
}

/** An empty value counts as absent, as in `.env.example`. */
export const isGiven = (env: NodeJS.ProcessEnv, name: VariableName): boolean => (env[name] ?? '') !== '';

/** What the reader itself asks of the values; those that are not valid are absent. */
type FurtherFaults<Names extends VariableName> = (values: Partial<Environment<Names>>) => string[];

/**
 * Reads each variable on its own and then holds them against each other, so that no fault hides another.
 * @throws ConfigError
 */
export const readConfig = <Names extends VariableName>(
  env: NodeJS.ProcessEnv, names: readonly Names[], furtherFaults: FurtherFaults<Names> = () => [],
): Environment<Names> => {
  const values: Partial<Environment> = {};
  const faults: string[] = [];
  for (const name of names) {
    const { success, data, error } = environment[name].schema.safeParse(isGiven(env, name) ? env[name] : undefined);
    if (success) Object.assign(values, { [name]: data });
    else faults.push(...error.issues.map((issue) => `${[name, ...issue.path].join('.')}: ${issue.message}`));
  }
  faults.push(...faultsBetween(values, names), ...furtherFaults(values as Partial<Environment<Names>>));
  if (faults.length > 0) throw new ConfigError(faults);
  return values as Environment<Names>;
};
