// Starts Chat Backend: `node index.js` all services in one process, `node index.js auth group` those. `node index.js migrate` only
// brings the database to the newest schema, `node index.js admin …` is the operators' command line (docs/operating.md). Settings come from the environment and from .env beside this file; the environment wins.
// Written so that an old Node can read it, too.
'use strict';

var path = require('path');
var fs = require('fs');

// As `engines` in package.json has it: Prisma runs on no others.
var version = process.versions.node.split('.').map(Number);
var isSupported = version[0] >= 24 || (version[0] === 22 && version[1] >= 12) || (version[0] === 20 && version[1] >= 19);
if (!isSupported) {
  refuse('Chat Backend needs Node 24 or newer, 22.12 or newer of 22, or 20.19 or newer of 20; this is Node ' + process.versions.node + '. Install one of them from https://nodejs.org.');
}
if (!fs.existsSync(path.join(__dirname, 'node_modules/dotenv'))) refuse('The packages are not installed. Run: npm install');
if (!fs.existsSync(path.join(__dirname, 'libs/composition/dist/index.js'))) {
  refuse('Chat Backend is not built. Run: npm install (it builds; without --omit=dev), or npm run build');
}

require('dotenv').config({ path: path.join(__dirname, '.env'), quiet: true });
var composition = require('@chat-backend/composition');
var services = process.argv.slice(2);
var isMigration = services.length === 1 && services[0] === 'migrate';
var isAdmin = services[0] === 'admin';
var unknown = services.filter(function (name) { return composition.serviceNames.indexOf(name) === -1; });
if (unknown.length > 0 && !isMigration && !isAdmin) refuse('There is no service ' + unknown.join(', ') + '. The services are: ' + composition.serviceNames.join(', ') + '; none named means all.');

if (isMigration) composition.runMigration({ env: process.env, patienceSeconds: 60 });
else if (isAdmin) composition.runAdmin(process.env, services.slice(1));
else composition.runProcess({ env: process.env, services: services.length > 0 ? services : composition.serviceNames });

function refuse(sentence) {
  console.error(sentence);
  process.exit(1);
}
