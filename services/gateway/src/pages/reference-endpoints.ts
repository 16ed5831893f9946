import { apiPrefix, errorCodes, exampleOf, refusalsOf, replyJsonSchema, requestJsonSchema, type Endpoint, type ErrorCode } from '@chat-backend/contracts';
import { fieldsTable } from './describe-schema';
import { html, type Html } from './html';

export const jsonBlock = (value: unknown): Html => html`<pre><code>${JSON.stringify(value, null, 2)}</code></pre>`;

const codeLink = (code: ErrorCode): Html => html`<a href="#code-${code}"><code>${code}</code></a> <span class="quiet">${errorCodes[code].status}</span>`;

const accessText = ({ access }: Endpoint): string => (access === 'public' ? 'no token' : `token: ${access.join(' or ')}`);

export const endpointSection = (endpoint: Endpoint): Html => {
  const request = requestJsonSchema(endpoint);
  return html`<section>
<h3 id="${endpoint.name}"><a href="#${endpoint.name}"><code>POST ${apiPrefix}/${endpoint.name}</code></a></h3>
<p>${endpoint.summary} <span class="badge">${accessText(endpoint)}</span> <span class="badge">rate: ${endpoint.rate}</span></p>
${fieldsTable(request)}
<div class="pair">
<div><p class="quiet">Request</p>${jsonBlock(exampleOf(request))}</div>
<div><p class="quiet">Reply</p>${jsonBlock(exampleOf(replyJsonSchema(endpoint)))}</div>
</div>
<p>Refused with: ${refusalsOf(endpoint).map((code, index) => html`${index === 0 ? '' : ', '}${codeLink(code)}`)}</p>
</section>`;
};
