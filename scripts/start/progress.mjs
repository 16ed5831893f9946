const seconds = (ms) => `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
const isTerminal = process.stdout.isTTY === true;
const redrawMs = 200;

/**
 * Runs a step and shows that it goes on: on a terminal one living line, elsewhere a line at its start and one at its end.
 * The step may tell what it is at.
 */
export const step = async (name, work) => {
  const begun = Date.now();
  let detail = '';
  const width = () => (process.stdout.columns ?? 80) - 1;
  const draw = () => {
    const line = `  ${name} … ${seconds(Date.now() - begun)}${detail === '' ? '' : `  ${detail}`}`;
    process.stdout.write(`\r\u001b[2K${line.slice(0, width())}`);
  };
  const timer = isTerminal ? setInterval(draw, redrawMs) : undefined;
  if (isTerminal) draw();
  else console.log(`  ${name} …`);
  const conclude = (word) => {
    clearInterval(timer);
    console.log(`${isTerminal ? '\r\u001b[2K' : ''}  ${name}: ${word} (${seconds(Date.now() - begun)})`);
  };
  try {
    const result = await work((text) => { detail = text; });
    conclude('done');
    return result;
  } catch (error) {
    conclude('failed');
    throw error;
  }
};
