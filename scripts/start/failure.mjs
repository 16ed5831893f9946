/** A step went wrong in a way that a person can mend; the message says how. */
export class StepFailure extends Error {}
