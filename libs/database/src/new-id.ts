import { v7 } from 'uuid';

/** A new row's id: a UUID of version 7, so that rows made one after the other lie side by side in their index. */
export const newId = (): string => v7();
