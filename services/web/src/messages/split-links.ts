export interface TextPart { text: string; href?: string }

const address = /https?:\/\/[^\s<>"'`]+/gi;
/** What ends a sentence, or closes a bracket, is not of the address before it. */
const trailing = /[.,;:!?)\]}…]+$/;

/** Undefined where nothing stands behind the two strokes. That it is http or https, the pattern has seen to. */
const hrefOf = (text: string): string | undefined => (URL.canParse(text) ? new URL(text).href : undefined);

const isBalanced = (text: string): boolean => text.split('(').length === text.split(')').length;

/** Text with its web addresses: only http and https become links. */
export const splitLinks = (text: string): TextPart[] => {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const found = isBalanced(match[0]) ? match[0].replace(/[.,;:!?…]+$/, '') : match[0].replace(trailing, '');
    const href = hrefOf(found);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: found, href });
    end = match.index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
};
