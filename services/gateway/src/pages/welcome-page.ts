import { apiPrefix } from '@chat-backend/contracts';
import { html, nothing } from './html';
import { layout } from './layout';

/** What is here, for somebody who opens the address in a browser where the web client is not built. */
export const welcomePage = ({ publicUrl, hasInbox }: { publicUrl: string; hasInbox: boolean }): string => layout({
  title: 'Chat Backend',
  body: html`<main>
<h1>Chat Backend</h1>
<p>A chat backend to host yourself: accounts, friends, groups, messages and live delivery. It is running and waiting for your app.</p>
<p><strong>The web client is not built here.</strong> <code>npm run build</code> makes it; then start again, and it is at this address.</p>
<h2>Where to go</h2>
<ul>
<li><a href="docs">The reference</a>: every call and every event, with examples. For machines: <a href="openapi.json">OpenAPI</a> and <a href="asyncapi.json">AsyncAPI</a>.</li>
<li><a href="readyz">Health</a>: whether everything that it depends on answers.</li>
${hasInbox ? html`<li><a href="inbox">The inbox</a>: the mails that this installation would have sent. It opens on this machine only.</li>` : nothing}
</ul>
<h2>First call</h2>
<pre><code>curl -X POST ${publicUrl}${apiPrefix}/register \\
  -H 'content-type: application/json' \\
  -d '{"email": "user@example.com", "password": "seven grey herons"}'</code></pre>
<p class="quiet">Calls go to <code>${apiPrefix}/…</code>, sockets to <code>/socket.io</code> (Socket.IO 4).</p>
</main>`,
});
