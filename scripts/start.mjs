// npm start: from a fresh clone to a running product, with nothing but Node and npm. For development: contract mode, on loopback.
// Only this file is read before Node's version is known, so it uses nothing new.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Chat Backend needs Node 20.19 or newer; this is Node ${process.versions.node}. Install a newer one from https://nodejs.org.`);
  process.exit(1);
}
await import('./start/from-fresh-clone.mjs');
