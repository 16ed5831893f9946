export const violationKinds = {
  lost: 'acknowledged or stored, and not where it must be',
  doubled: 'handed over twice',
  storedTwice: 'one clientMessageId of a sender, two rows',
  reordered: 'not in the order of the conversation, or of time',
  gap: 'numbers are missing',
  phantom: 'there, and nobody sent it so',
  wrongRecipient: 'went to somebody who may not have it',
  wrongReply: 'the acknowledgement does not say what is stored',
  notAllowed: 'stored for somebody who could not write',
  late: 'not there at the deadline',
  complaint: 'the library was told what cannot be',
  stuck: 'needs a hand',
} as const;
export type ViolationKind = keyof typeof violationKinds;

export interface Violation {
  kind: ViolationKind;
  what: string;
  conversation?: string;
  seq?: number;
  clientMessageId?: string;
  client?: string;
  /** When it was seen, in the run's milliseconds; absent: in what was there at the end. */
  at?: number;
}

export type Report = (violation: Violation) => void;
