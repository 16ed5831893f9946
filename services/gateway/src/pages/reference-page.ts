import {
  apiPrefix, connectionLimits, countedBy, errorCodes, eventRates, limits, longestWaitSeconds, rateLimits, referenceTags, routeTable, socketEvents, tagOf, type RateLimitName,
} from '@chat-backend/contracts';
import { html, type Html } from './html';
import { layout } from './layout';
import { endpointSection, jsonBlock } from './reference-endpoints';
import { eventsChapter } from './reference-events';

const table = (headings: readonly string[], rows: readonly Html[]): Html => html`<div class="table" tabindex="0"><table>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;

/** `Personal data` → `personal-data`. */
const chapterId = (name: string): string => `chapter-${name.toLowerCase().replaceAll(' ', '-')}`;
const callsOf = (chapter: string) => routeTable.filter((endpoint) => tagOf(endpoint) === chapter);

const contents = (): Html => html`<nav aria-label="Contents">
${referenceTags.map(({ name }) => html`<strong>${name}</strong>
<ul>${callsOf(name).map((endpoint) => html`<li><a href="#${endpoint.name}">${endpoint.name}</a></li>`)}</ul>`)}
<strong>Events</strong>
<ul>${[...Object.keys(socketEvents.fromClient), ...Object.keys(socketEvents.fromServer)].map((name) => html`<li><a href="#event-${name}">${name}</a></li>`)}</ul>
<strong>Beside them</strong>
<ul><li><a href="#basics">Basics</a></li><li><a href="#rate-limits">Rate limits</a></li><li><a href="#sizes">Sizes</a></li><li><a href="#codes">Error codes</a></li></ul>
</nav>`;

/** The script shows it. */
const tools = (): Html => html`<div id="tools" role="search" hidden>
<label for="search">Search calls, events, fields and codes</label>
<input id="search" type="search" autocomplete="off" placeholder="sendMessage, clientMessageId, RATE_LIMITED …  ( / )">
<p class="quiet"><output id="found" aria-live="polite"></output> <span id="token-state"></span> <button id="forget" type="button" hidden>Forget the token</button></p>
</div>`;

const basics = (): Html => html`<h2 id="basics">Basics</h2>
<p>Every call is a <code>POST</code> of a JSON object to <code>${apiPrefix}/&lt;name&gt;</code>. Unknown fields are ignored. The token stands in the body as
<code>token</code> or in the header <code>Authorization: Bearer …</code>.</p>
<p>A success has status 200, <code>success: true</code> and the message that its call documents. A failure has a status of 400 or more and this shape, or that of
RFC 9457 where <code>Accept</code> names <code>application/problem+json</code>:</p>
${jsonBlock({
  success: false, message: errorCodes.INVALID_REQUEST.message, code: 'INVALID_REQUEST', errors: [{ field: 'to', message: 'Invalid UUID' }], requestId: '3d6f0f3e-9a3b-4a53-9a5d-0b8f1e2a7c11',
})}
<p>Each reply names its call in <code>X-Request-Id</code>; one that you send (up to 64 letters, digits, dots, dashes and underscores) is taken over.</p>`;

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
  html`<tr><td>Times that one asks to be let in, in ${connectionLimits.connects.seconds} s</td><td>${connectionLimits.connects.calls}</td></tr>`,
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
  groupsOfUser: 'Groups that a user may be in',
  sessionsOfUser: 'Sessions of a user that go on; one more ends the oldest',
};

const sizes = (): Html => html`<h2 id="sizes">Sizes</h2>
<p>Texts are counted in UTF-16 code units, as JavaScript does. NUL characters and lone surrogates are refused.</p>
${table(['What', 'Size'], (Object.keys(limits) as (keyof typeof limits)[]).map((name) => html`<tr><td>${sizeNames[name]}</td><td>${limits[name]}</td></tr>`))}`;

const codes = (): Html => html`<h2 id="codes">Error codes</h2>
${table(['Code', 'Status', 'Meaning'], Object.entries(errorCodes).map(([code, { status, message }]) =>
  html`<tr id="code-${code}" data-entry><td><code>${code}</code></td><td>${status}</td><td>${message}</td></tr>`))}`;

/** The reference, made from the contracts: it cannot say anything else than the code does. */
export const referencePage = (): string => layout({
  title: 'Chat Backend: reference', script: 'reference.js',
  body: html`<main>
<p><a href="./">Chat Backend</a></p>
<h1>Reference</h1>
<p>For machines: <a href="openapi.json">OpenAPI 3.1</a> and <a href="asyncapi.json">AsyncAPI 3</a>.</p>
${tools()}
${contents()}
${basics()}
${referenceTags.map(({ name, description }) => html`<div data-chapter><h2 id="${chapterId(name)}">${name}</h2>
<p>${description}</p>
${callsOf(name).map(endpointSection)}</div>`)}
${eventsChapter()}
${rates()}
${sizes()}
${codes()}
</main>`,
});
