/** The promise's own end, or an error when that takes too long; what it does then is not watched any more. */
export const within = async <Result>(promise: Promise<Result>, ms: number, complaint: string): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => { timer = setTimeout(() => { reject(new Error(complaint)); }, ms); });
  try { return await Promise.race([promise, late]); } finally { clearTimeout(timer); }
};
