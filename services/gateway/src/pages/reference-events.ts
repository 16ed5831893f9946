import { errorCodes, eventRates, exampleOf, jsonSchemaOf, leastExampleOf, socketEvents, type ClientEventName } from '@chat-backend/contracts';
import { fieldsTable } from './describe-schema';
import { html, type Html } from './html';
import { jsonBlock } from './reference-endpoints';
import { tryForm } from './try-form';

const payload = (what: string, schema: Parameters<typeof jsonSchemaOf>[0]): Html => {
  const described = jsonSchemaOf(schema);
  return html`<p class="quiet">${what}</p>${fieldsTable(described)}${jsonBlock(exampleOf(described))}`;
};

const fromClient = (name: ClientEventName): Html => {
  const event = socketEvents.fromClient[name];
  const { atOnce, perSecond } = eventRates[name];
  return html`<section data-entry><h3 id="event-${name}"><a href="#event-${name}"><code>${name}</code></a> <span class="badge">client to server</span></h3>
<p>${event.summary}</p>${payload('Payload', event.payload)}${payload('Acknowledgement', event.reply)}
<p class="quiet">Counted: ${atOnce} at once and ${perSecond} more each second, of one user over all sockets.</p>
<p>Refused with: ${event.refusals.map((code, index) => html`${index === 0 ? '' : ', '}<a href="#code-${code}"><code>${code}</code></a> <span class="quiet">${errorCodes[code].message}</span>`)}</p>
${tryForm({ kind: 'event', name, body: leastExampleOf(jsonSchemaOf(event.payload)), takesToken: true })}</section>`;
};

/** The script shows it. */
const socketPanel = (): Html => html`<div id="socket"><p id="socket-state" role="status" class="quiet">To try the events: connect with the remembered token. It needs JavaScript.</p>
<button id="connect" type="button">Connect</button> <button id="disconnect" type="button" hidden>Disconnect</button>
<ol id="socket-log" role="log" aria-label="What came over the socket, newest first" tabindex="0"></ol></div>`;

export const eventsChapter = (): Html => html`<div data-chapter><h2 id="events">Socket events</h2>
<p>Socket.IO 4 on the path <code>/socket.io</code>. The access token goes into the handshake: <code>io(url, { auth: { token } })</code>. An event that was refused
is acknowledged with <code>{success: false, code, message}</code>.</p>
${socketPanel()}
${(Object.keys(socketEvents.fromClient) as ClientEventName[]).map(fromClient)}
${Object.entries(socketEvents.fromServer).map(([name, event]) => html`<section data-entry><h3 id="event-${name}"><a href="#event-${name}"><code>${name}</code></a> <span class="badge">server to client</span></h3>
<p>${event.summary}</p>${payload('Payload', event.payload)}</section>`)}</div>`;
