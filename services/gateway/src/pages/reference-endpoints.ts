import { apiPrefix, describeLimit, errorCodes, exampleOf, limitsOfEndpoint, refusalsOf, replyJsonSchema, requestExamples, requestJsonSchema, type Endpoint, type ErrorCode } from '@chat-backend/contracts';
import { fieldsTable } from './describe-schema';
import { html, type Html } from './html';
import { tryForm } from './try-form';

export const jsonBlock = (value: unknown): Html => html`<pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>`;

const codeLink = (code: ErrorCode): Html => html`<a href="#code-${code}"><code>${code}</code></a> <span class="quiet">${errorCodes[code].status}</span>`;

const accessText = ({ access }: Endpoint): string => (access === 'public' ? 'no token' : `token: ${access.join(' or ')}`);

/** What a reader most likely sends first: what must be given, or everything where nothing must be and no cursor would be made up. */
const firstBody = (endpoint: Endpoint): unknown => {
  const { least, whole } = requestExamples(endpoint);
  const { token: _, ...fields } = whole.value as Record<string, unknown>;
  return Object.keys(least.value as object).length > 0 || 'cursor' in fields || 'conversations' in fields ? least.value : fields;
};

export const endpointSection = (endpoint: Endpoint): Html => {
  const request = requestJsonSchema(endpoint);
  return html`<section data-entry>
<h3 id="${endpoint.name}"><a href="#${endpoint.name}"><code>POST ${apiPrefix}/${endpoint.name}</code></a></h3>
<p>${endpoint.summary} <span class="badge">${accessText(endpoint)}</span> <span class="badge">rate: ${endpoint.rate}</span></p>
${fieldsTable(request)}
<div class="pair">
<div><p class="quiet">Request</p>${jsonBlock(exampleOf(request))}</div>
<div><p class="quiet">Reply</p>${jsonBlock(exampleOf(replyJsonSchema(endpoint)))}</div>
</div>
<p class="quiet">Counted: ${limitsOfEndpoint(endpoint).map((name, index) => html`${index === 0 ? '' : '; '}${describeLimit(name)}`)}.</p>
<p>Refused with: ${refusalsOf(endpoint).map((code, index) => html`${index === 0 ? '' : ', '}${codeLink(code)}`)}</p>
${tryForm({ kind: 'call', name: endpoint.name, body: firstBody(endpoint), takesToken: endpoint.access !== 'public' })}
</section>`;
};
