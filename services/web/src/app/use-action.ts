import { useState } from 'react';
import { explainError, explainFields } from './explain-error';

export interface Action<Given extends unknown[]> {
  isBusy: boolean;
  /** Why the last try failed, for a person. */
  fault: string | undefined;
  /** What is wrong with each field, by its name. */
  fields: Readonly<Record<string, string>>;
  run(...given: Given): Promise<void>;
}

interface Outcome { isBusy: boolean; fault: string | undefined; fields: Readonly<Record<string, string>> }
const untried: Outcome = { isBusy: false, fault: undefined, fields: {} };

/** Something that a person starts, one at a time, and hears the outcome of where it was started. */
export const useAction = <Given extends unknown[]>(work: (...given: Given) => Promise<unknown>, explain = explainError): Action<Given> => {
  const [outcome, setOutcome] = useState(untried);
  return {
    ...outcome,
    async run(...given) {
      if (outcome.isBusy) return;
      setOutcome({ ...untried, isBusy: true });
      try {
        await work(...given);
        setOutcome(untried);
      } catch (error) {
        setOutcome({ isBusy: false, fault: explain(error), fields: explainFields(error) });
      }
    },
  };
};
