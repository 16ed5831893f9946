const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayOfWeek = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const longDate = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const longDateWithYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });

const dayMs = 86_400_000;
const midnight = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const daysAgo = (date: Date, now: Date): number => Math.round((midnight(now) - midnight(date)) / dayMs);

/** A day's name within the place and time zone of whoever reads. */
export const dayKey = (timestamp: string): number => midnight(new Date(timestamp));

export const timeLabel = (timestamp: string): string => clock.format(new Date(timestamp));

/** What a line between two days says. */
export const dayLabel = (timestamp: string, now = new Date()): string => {
  const date = new Date(timestamp);
  const ago = daysAgo(date, now);
  if (ago === 0) return 'Today';
  if (ago === 1) return 'Yesterday';
  return date.getFullYear() === now.getFullYear() ? longDate.format(date) : longDateWithYear.format(date);
};

/** When something was, as short as a list needs it. */
export const whenLabel = (timestamp: string, now = new Date()): string => {
  const date = new Date(timestamp);
  const ago = daysAgo(date, now);
  if (ago <= 0) return clock.format(date);
  if (ago === 1) return 'Yesterday';
  return ago < 7 ? dayOfWeek.format(date) : shortDate.format(date);
};
