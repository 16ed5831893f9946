import type { EndpointByName, EndpointName, ErrorCode, ServiceName } from '@chat-backend/contracts';
import { Refusal } from './refusal';

/** May this be done? A rule over what its verb has read: the reason why not, undefined when it may. It reads nothing and does nothing. */
export type Policy = (facts: never) => ErrorCode | undefined;

type EndpointNameOf<Service extends ServiceName> = { [Name in EndpointName]: EndpointByName[Name]['service'] extends Service ? Name : never }[EndpointName];

/** Who may call what, by the endpoint's name. What is not named is not served: createServiceApp throws. */
export type Policies = Readonly<Record<string, Policy>>;
/** One policy for each endpoint of a service: a table that leaves one out does not compile. */
export type PoliciesOf<Service extends ServiceName> = { readonly [Name in EndpointNameOf<Service>]: Policy };

/** The code of the first reason that applies. */
export const firstReason = (...reasons: readonly (readonly [applies: boolean, code: ErrorCode])[]): ErrorCode | undefined => reasons.find(([applies]) => applies)?.[1];

/** The policy of what needs no token: whoever calls may; what the call carries (a password, a code, a refresh token) is looked at by its verb. */
export const anybody = (): undefined => undefined;

/** The policy of what reads and writes nothing but the caller's own, named by the token alone: there is nobody else's to ask for. */
export const ownOnly = (): undefined => undefined;

/** The policy of what every user may do. */
export const anyUser = (): undefined => undefined;

/** @throws Refusal with the reason why not */
export const enforce = (reason: ErrorCode | undefined): void => {
  if (reason !== undefined) throw new Refusal(reason);
};
