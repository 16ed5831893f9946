import type { ReactNode } from 'react';
import { splitLinks } from './split-links';

/** Somebody's words. A link opens elsewhere, and its site learns nothing of this page. */
export const LinkedText = ({ text }: { text: string }): ReactNode => splitLinks(text).map((part, index) => (
  part.href === undefined ? part.text : <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow ugc">{part.text}</a>
));
