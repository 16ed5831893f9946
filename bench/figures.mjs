/** The value that `percent` of the values do not exceed. */
export const percentile = (values, percent) => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
};

export const ratio = (value, to) => `${(value / to).toFixed(2)} ×`;

/** A table in Markdown. */
export const table = (heads, lines) => [heads, heads.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
