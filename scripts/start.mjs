// npm start: from a fresh clone to a running product, with nothing but Node and npm. For development: contract mode, on loopback.
// Only this file is read before Node's version is known, so it uses nothing new.
const [major, minor] = process.versions.node.split('.').map(Number);
// As `engines` in package.json has it: Prisma runs on no others.
const isSupported = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
if (!isSupported) {
  console.error(`Chat Backend needs Node 24 or newer, 22.12 or newer of 22, or 20.19 or newer of 20; this is Node ${process.versions.node}. Install one of them from https://nodejs.org.`);
  process.exit(1);
}
await import('./start/from-fresh-clone.mjs');
