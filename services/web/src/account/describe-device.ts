/** The more particular first: most browsers also name the ones that they are like. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdg(A|iOS)?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bFirefox\/|\bFxiOS\//, 'Firefox'], [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\//, 'Chrome'], [/\bSafari\//, 'Safari'], [/\bcurl\//, 'curl'],
  [/\bnode\b|\bundici\b/i, 'Node'],
];
const systems: readonly [RegExp, string][] = [
  [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bAndroid\b/, 'Android'], [/\bWindows\b/, 'Windows'], [/\bMac OS X\b|\bMacintosh\b/, 'Mac'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux'],
];
const nameIn = (text: string, names: readonly [RegExp, string][]): string | undefined => names.find(([pattern]) => pattern.test(text))?.[1];

/** What a User-Agent says of itself, in words for its owner; what it does not say is not guessed. */
export const describeDevice = (userAgent: string | null): string => {
  if (userAgent === null) return 'A device without a name';
  const [browser, system] = [nameIn(userAgent, browsers), nameIn(userAgent, systems)];
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`;
  return browser ?? system ?? userAgent;
};
