// The steps of a run: each is named, timed, and passed, failed or skipped with its reason.
const begun = Date.now();
const counts = { passed: 0, failed: 0, skipped: 0 };
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(0)} s`;

/** Runs one step; what follows needs it, so a failure ends the run. */
export const step = async (name, work) => {
  const from = Date.now();
  try {
    const said = await work();
    counts.passed += 1;
    console.log(`ok       ${name}${said === undefined ? '' : `: ${said}`} (${seconds(from)})`);
    return said;
  } catch (error) {
    counts.failed += 1;
    console.log(`FAILED   ${name} (${seconds(from)})\n${error.message}`);
    throw error;
  }
};

export const skip = (name, reason) => {
  counts.skipped += 1;
  console.log(`SKIPPED  ${name}: ${reason}`);
};

export const conclude = () => {
  console.log(`\nnpm run test:image took ${seconds(begun)}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0) process.exitCode = 1;
};

export const must = (condition, sentence) => { if (!condition) throw new Error(sentence); };
