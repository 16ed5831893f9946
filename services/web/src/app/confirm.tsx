import { useEffect, useState, type ReactNode, type RefObject } from 'react';
import { createPart } from './create-part';
import { useFocusReturn } from './keep-focus';

/** It comes with the first pane that may ask, so that it is there without the server, too. */
const dialog = createPart(() => import('./confirm-dialog'));

export interface Question {
  title: string;
  /** What it means for whom. */
  text: string;
  /** What the button says that does it. */
  verb: string;
  work: () => Promise<unknown>;
}

export interface ConfirmProps {
  question: Question | undefined;
  onClose: () => void;
  /** Where the focus goes when what asked is gone, as an item of a menu is. */
  opener?: RefObject<HTMLElement | null>;
}

/** Asks before something that cannot be undone by the next click. */
export const Confirm = ({ question, onClose, opener }: ConfirmProps): ReactNode => {
  // While it closes it still says what it asked.
  const [asked, setAsked] = useState(question);
  if (question !== undefined && question !== asked) setAsked(question);
  useFocusReturn(question !== undefined, opener);
  useEffect(dialog.fetch, []);
  return asked !== undefined && <dialog.Shown question={asked} isOpen={question !== undefined} onClose={onClose} />;
};
