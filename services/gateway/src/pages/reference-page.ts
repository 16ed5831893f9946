import {
  apiPrefix, connectionLimits, countedBy, errorCodes, eventRates, exampleOf, jsonSchemaOf, limits, longestWaitSeconds, rateLimits, routeTable, socketEvents, type RateLimitName,
} from '@chat-backend/contracts';
import { fieldsTable } from './describe-schema';
import { html, type Html } from './html';
import { layout } from './layout';
import { endpointSection, jsonBlock } from './reference-endpoints';

const services = [...new Set(routeTable.map(({ service }) => service))];
const titles: Readonly<Record<string, string>> = { auth: 'Accounts', 'social-graph': 'Friends', group: 'Groups', messaging: 'Messages' };
const titleOf = (service: string): string => titles[service] ?? service;

const table = (headings: readonly string[], rows: readonly Html[]): Html => html`<div class="table"><table>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;

const contents = (): Html => html`<nav aria-label="Contents">
${services.map((service) => html`<strong>${titleOf(service)}</strong>
<ul>${routeTable.filter((endpoint) => endpoint.service === service).map(({ name }) => html`<li><a href="#${name}">${name}</a></li>`)}</ul>`)}
<strong>Beside them</strong>
<ul><li><a href="#events">Socket events</a></li><li><a href="#rate-limits">Rate limits</a></li><li><a href="#sizes">Sizes</a></li><li><a href="#codes">Error codes</a></li></ul>
</nav>`;

const basics = (): Html => html`<h2 id="basics">Basics</h2>
<p>Every call is a <code>POST</code> of a JSON object to <code>${apiPrefix}/&lt;name&gt;</code>. Unknown fields are ignored. The token stands in the body as
<code>token</code> or in the header <code>Authorization: Bearer …</code>.</p>
<p>A success has status 200, <code>success: true</code> and the message that its call documents. A failure has a status of 400 or more and this shape, or that of
RFC 9457 where <code>Accept</code> names <code>application/problem+json</code>:</p>
${jsonBlock({
  success: false, message: errorCodes.INVALID_REQUEST.message, code: 'INVALID_REQUEST', errors: [{ field: 'to', message: 'Invalid UUID' }], requestId: '3d6f0f3e-9a3b-4a53-9a5d-0b8f1e2a7c11',
})}
<p>Each reply names its call in <code>X-Request-Id</code>; one that you send (up to 64 letters, digits, dots, dashes and underscores) is taken over.</p>`;

const payload = (what: string, schema: Parameters<typeof jsonSchemaOf>[0]): Html => {
  const described = jsonSchemaOf(schema);
  return html`<p class="quiet">${what}</p>${fieldsTable(described)}${jsonBlock(exampleOf(described))}`;
};

const events = (): Html => html`<h2 id="events">Socket events</h2>
<p>Socket.IO 4 on the path <code>/socket.io</code>. The access token goes into the handshake: <code>io(url, { auth: { token } })</code>. An event that was refused
is acknowledged with <code>{success: false, code, message}</code>.</p>
${Object.entries(socketEvents.fromClient).map(([name, event]) => html`<section><h3 id="event-${name}"><code>${name}</code> <span class="badge">client to server</span></h3>
<p>${event.summary}</p>${payload('Payload', event.payload)}${payload('Acknowledgement', event.reply)}</section>`)}
${Object.entries(socketEvents.fromServer).map(([name, event]) => html`<section><h3 id="event-${name}"><code>${name}</code> <span class="badge">server to client</span></h3>
<p>${event.summary}</p>${payload('Payload', event.payload)}</section>`)}`;

const rates = (): Html => html`<h2 id="rate-limits">Rate limits</h2>
${table(['Counted by', 'Calls', 'In'], (Object.keys(rateLimits) as RateLimitName[]).map((name) =>
  html`<tr><td>${countedBy[name]}</td><td>${rateLimits[name].calls}</td><td>${rateLimits[name].seconds} s</td></tr>`))}
<p>Over a limit the reply is 429 <code>RATE_LIMITED</code>, and <code>Retry-After</code> says how many seconds to wait. Who goes on calling, or comes over the limit
again within an hour, waits twice as long each time, up to ${longestWaitSeconds} s. An operator may scale all limits (<code>RATE_LIMIT_FACTOR</code>).</p>
${table(['Event of a socket', 'At once', 'More each second'], Object.entries(eventRates).map(([name, { atOnce, perSecond }]) =>
  html`<tr><td><code>${name}</code></td><td>${atOnce}</td><td>${perSecond}</td></tr>`))}
<p>Counted for each user, over all sockets. Over it the failure is <code>RATE_LIMITED</code>, and <code>retryAfterMs</code> says how long to wait; the socket stays.</p>
${table(['Connections', 'At most'], [
  html`<tr><td>Handshakes of one address in ${connectionLimits.handshakes.seconds} s</td><td>${connectionLimits.handshakes.calls}</td></tr>`,
  html`<tr><td>Of one address at the same time</td><td>${connectionLimits.atOncePerAddress}</td></tr>`,
  html`<tr><td>Of one user at the same time</td><td>${connectionLimits.atOncePerUser}</td></tr>`,
])}
<p>A handshake over a limit of its address is answered with 429; one over its user's fails with <code>TOO_MANY_SOCKETS</code> in <code>connect_error</code>. A page of
an origin that is not allowed (<code>CORS_ORIGINS</code>) gets 403 <code>ORIGIN_NOT_ALLOWED</code>.</p>`;

const sizeNames: Record<keyof typeof limits, string> = {
  requestBodyBytes: 'Body of a call, bytes', socketFrameBytes: 'Frame of a socket, bytes', emailLength: 'Email address', passwordMinLength: 'Password, at least',
  passwordMaxLength: 'Password, at most', nameLength: 'Names of users and groups', aboutLength: 'About', linkLength: 'Links to images', messageLength: 'Message',
  deviceLength: 'Name of a device, cut to', tokenLength: 'Token', queryLength: 'Search', pageSize: 'Items of a page, at most', defaultPageSize: 'Items of a page, unless asked for otherwise',
  syncConversations: 'Conversations named in one sync', syncMessages: 'Messages and changes answered by one sync', syncCharacters: 'Characters of them, about',
  syncLogEntries: 'Log events answered by one sync',
  exportRecords: 'Records of a page of an export',
};

const sizes = (): Html => html`<h2 id="sizes">Sizes</h2>
<p>Texts are counted in UTF-16 code units, as JavaScript does. NUL characters and lone surrogates are refused.</p>
${table(['What', 'Size'], (Object.keys(limits) as (keyof typeof limits)[]).map((name) => html`<tr><td>${sizeNames[name]}</td><td>${limits[name]}</td></tr>`))}`;

const codes = (): Html => html`<h2 id="codes">Error codes</h2>
${table(['Code', 'Status', 'Meaning'], Object.entries(errorCodes).map(([code, { status, message }]) =>
  html`<tr id="code-${code}"><td><code>${code}</code></td><td>${status}</td><td>${message}</td></tr>`))}`;

/** The reference, made from the contracts: it cannot say anything else than the code does. */
export const referencePage = (): string => layout({
  title: 'Chat Backend: reference',
  body: html`<main>
<p><a href="./">Chat Backend</a></p>
<h1>Reference</h1>
<p>For machines: <a href="openapi.json">OpenAPI 3.1</a> and <a href="asyncapi.json">AsyncAPI 3</a>.</p>
${contents()}
${basics()}
${services.map((service) => html`<h2>${titleOf(service)}</h2>
${routeTable.filter((endpoint) => endpoint.service === service).map(endpointSection)}`)}
${events()}
${rates()}
${sizes()}
${codes()}
</main>`,
});
