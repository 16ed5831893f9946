import type { Answers, Requests } from '../contract';
import type { Call, CallArguments, CallOptions, EndpointName } from './call-types';

/** The calls that answer in pages. A request without a field has any field, to the compiler: it is none of them. */
export type ListName = { [N in EndpointName]: string extends keyof Requests[N] ? never : 'cursor' extends keyof Requests[N] ? N : never }[EndpointName];
export type ItemOf<N extends ListName> = Answers[N] extends { data: readonly (infer Item)[] } ? Item : never;
export type Each = <N extends ListName>(name: N, ...given: CallArguments<N>) => AsyncGenerator<ItemOf<N>, void, undefined>;

interface Page { data: unknown[]; nextCursor?: string | undefined }

/** Goes through the pages of a list. `limit` is the size of a page, not how many there are in all: who has enough stops. */
export const createEach = (call: Call): Each => {
  // As with a single call: typed by the contract, here, once.
  const callForPage = call as (name: ListName, request: object, options: CallOptions) => Promise<Page>;
  async function* each(name: ListName, request: object = {}, options: CallOptions = {}): AsyncGenerator<unknown, void, undefined> {
    let cursor: string | undefined;
    do {
      const page = await callForPage(name, { limit: 100, ...request, ...(cursor === undefined ? {} : { cursor }) }, options);
      yield* page.data;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
  return each as Each;
};
