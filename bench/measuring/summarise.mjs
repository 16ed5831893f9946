export const median = (values) => {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** The median of the repeats and how far they lie apart: (highest - lowest) / median. Undefined values, of figures that a workload does not have, stay undefined. */
export const summarise = (values) => {
  const known = values.filter((value) => value !== undefined && value !== null);
  if (known.length === 0) return undefined;
  const middle = median(known);
  return { median: middle, spread: middle === 0 ? 0 : (Math.max(...known) - Math.min(...known)) / middle, values: known };
};
