import { html, type Html } from './html';

export interface TryForm { kind: 'call' | 'event'; name: string; body: unknown; takesToken: boolean }

/** A body to change and send. The script of the page shows it: without JavaScript the example above it is all. */
export const tryForm = ({ kind, name, body, takesToken }: TryForm): Html => html`<form class="try" data-kind="${kind}" data-name="${name}" data-token="${takesToken ? 'yes' : 'no'}" hidden>
<label for="try-${kind}-${name}">Try ${name}</label>
<textarea id="try-${kind}-${name}" spellcheck="false" rows="${Math.min(12, JSON.stringify(body, null, 2).split('\n').length)}">${JSON.stringify(body, null, 2)}</textarea>
<button type="submit">${kind === 'call' ? 'Send' : 'Emit'}</button>
<output aria-live="polite"></output>
</form>`;
