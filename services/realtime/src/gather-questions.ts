import { createPacedSteps } from './paced-steps';

interface Waiting<Question, Answer> { question: Question; resolve: (answer: Answer) => void; reject: (reason: unknown) => void }

/**
 * Asks many questions in one call: who asks while a call is under way, or a moment after one for several, is in the next one.
 * @param ask answers in the order of the questions; what it throws goes to those whose questions it was given
 * @param otherwise the answer to a question that the reply leaves out
 * @param beginEveryMs see createPacedSteps
 */
export const createGatheredQuestions = <Question, Answer>(
  atOnce: number, ask: (questions: Question[]) => Promise<readonly Answer[]>, otherwise: Answer, beginEveryMs?: number,
): ((question: Question) => Promise<Answer>) => {
  const waiting: Waiting<Question, Answer>[] = [];

  const askFor = async (asked: readonly Waiting<Question, Answer>[]): Promise<void> => {
    try {
      const answers = await ask(asked.map(({ question }) => question));
      asked.forEach(({ resolve }, index) => { resolve(answers[index] ?? otherwise); });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  };

  const wake = createPacedSteps(() => waiting.length, atOnce, async () => {
    const asked = waiting.splice(0, atOnce);
    await askFor(asked);
    return asked.length;
  }, beginEveryMs);

  return (question) => new Promise((resolve, reject) => {
    waiting.push({ question, resolve, reject });
    wake();
  });
};
