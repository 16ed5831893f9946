import type { JsonSchema } from '@chat-backend/contracts';
import { html, type Html } from './html';

const range = (from: number | undefined, to: number | undefined): string =>
  from !== undefined && to !== undefined ? `${from} to ${to}` : from !== undefined ? `at least ${from}` : to !== undefined ? `at most ${to}` : '';

const describeText = ({ format, minLength, maxLength }: JsonSchema): string => {
  if (format === 'uuid') return 'UUID';
  if (format === 'date-time') return 'time, ISO 8601 in UTC';
  const length = range(minLength, maxLength);
  return `${format === 'email' ? 'email address' : 'text'}${length === '' ? '' : `, ${length} characters`}`;
};

/** A schema in a few words. */
const describeSchema = (schema: JsonSchema): string => {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeSchema).join(' or ');
  if (Array.isArray(schema.type)) return schema.type.map((type) => describeSchema({ ...schema, type })).join(' or ');
  if (schema.type === 'string') return describeText(schema);
  if (schema.type === 'array') return `list of ${describeSchema(schema.items ?? {})}`;
  if (schema.type !== 'integer') return schema.type ?? 'anything';
  const bounds = range(schema.minimum, schema.maximum);
  return `whole number${bounds === '' ? '' : `, ${bounds}`}`;
};

/** One row per field. `required` names those that a caller must give. */
export const fieldsTable = ({ properties = {}, required = [] }: JsonSchema): Html => {
  const rows = Object.entries(properties).map(([name, field]) => html`
<tr><td><code>${name}</code></td><td>${describeSchema(field)}</td><td>${required.includes(name) ? 'required' : name === 'token' ? 'here or in the header' : 'optional'}</td></tr>`);
  if (rows.length === 0) return html`<p class="quiet">No fields.</p>`;
  return html`<div class="table" tabindex="0"><table>
<thead><tr><th scope="col">Field</th><th scope="col">Value</th><th scope="col"></th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
};
