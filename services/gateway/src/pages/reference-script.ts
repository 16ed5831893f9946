/** Runs in the browser: searches the reference, sends calls and events, and shows what comes back. The token is kept for this tab, until it is closed. */
export const referenceScript = `'use strict';
(() => {
  const tokenKey = 'chat-backend-docs-token';
  const find = (selector) => document.querySelector(selector);
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const show = (value) => JSON.stringify(value, null, 2);
  const tools = find('#tools');
  tools.hidden = false;

  const tell = (output, summary, text, isGood) => {
    output.textContent = '';
    const line = document.createElement('span');
    line.textContent = summary;
    line.className = isGood ? 'good' : 'bad';
    output.append(line);
    if (text === undefined) return;
    const block = document.createElement('pre');
    block.tabIndex = 0;
    block.textContent = text;
    output.append(block);
  };

  // The token: taken from the replies that hold one.
  const token = () => sessionStorage.getItem(tokenKey);
  const showToken = () => {
    find('#token-state').textContent = token() ? 'A token is remembered in this tab; calls carry it.' : 'No token yet: send login below, and its token is remembered in this tab.';
    find('#forget').hidden = !token();
  };
  const remember = (name, answer) => {
    const given = answer && answer.data && answer.data.token;
    if (['register', 'login', 'verify-user', 'refresh-token', 'forgot-password'].includes(name) && typeof given === 'string') sessionStorage.setItem(tokenKey, given);
    if (answer && answer.success && ['logout', 'delete-account'].includes(name)) sessionStorage.removeItem(tokenKey);
    showToken();
  };
  find('#forget').addEventListener('click', () => { sessionStorage.removeItem(tokenKey); showToken(); });
  showToken();

  // The search: every word must stand somewhere in an entry.
  const entries = all('[data-entry]').map((element) => ({ element, text: element.textContent.toLowerCase() }));
  const search = find('#search');
  const filter = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let found = 0;
    for (const { element, text } of entries) {
      element.hidden = !words.every((word) => text.includes(word));
      if (!element.hidden) found += 1;
    }
    for (const chapter of all('[data-chapter]')) {
      const inside = all('[data-entry]', chapter);
      chapter.hidden = words.length > 0 && !inside.some((entry) => !entry.hidden);
    }
    find('#found').textContent = words.length === 0 ? '' : found === 0 ? 'Nothing found' : found + ' found';
  };
  search.addEventListener('input', filter);
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) { event.preventDefault(); search.focus(); }
    if (event.key === 'Escape' && document.activeElement === search) { search.value = ''; filter(); }
  });
  // A link to what the search hides shows everything again.
  window.addEventListener('hashchange', () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.closest('[hidden]')) { search.value = ''; filter(); target.scrollIntoView(); }
  });

  const sendCall = async (form, body, output) => {
    const { name } = form.dataset;
    const headers = { 'content-type': 'application/json' };
    if (form.dataset.token === 'yes' && token() && body.token === undefined) headers.authorization = 'Bearer ' + token();
    const begun = performance.now();
    const reply = await fetch('api/v1/' + name, { method: 'POST', headers, body: JSON.stringify(body) });
    const answer = await reply.json();
    remember(name, answer);
    const wait = reply.headers.get('retry-after');
    tell(output, reply.status + ' ' + (answer.code || 'OK') + ' in ' + Math.round(performance.now() - begun) + ' ms' + (wait ? '; wait ' + wait + ' s' : ''), show(answer), reply.ok);
  };

  // The socket: its library is loaded when it is needed first.
  let socket;
  const log = find('#socket-log');
  const note = (what, value) => {
    const item = document.createElement('li');
    item.textContent = new Date().toLocaleTimeString() + ' ' + what + (value === undefined ? '' : ' ' + show(value));
    log.prepend(item);
    while (log.children.length > 200) log.lastChild.remove();
  };
  const showSocket = (text) => {
    find('#socket-state').textContent = text;
    find('#connect').hidden = Boolean(socket);
    find('#disconnect').hidden = !socket;
  };
  const loadLibrary = () => window.io ? Promise.resolve() : new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = 'assets/socket.io.js';
    script.addEventListener('load', resolve);
    script.addEventListener('error', () => { reject(new Error('The library could not be loaded.')); });
    document.head.append(script);
  });
  const connect = async () => {
    if (!token()) { showSocket('There is no token yet: send login above first.'); return; }
    await loadLibrary();
    socket = window.io({ path: new URL('socket.io', document.baseURI).pathname, auth: (give) => { give({ token: token() }); } });
    showSocket('Connecting…');
    socket.on('connect', () => { showSocket('Connected.'); note('connected'); });
    socket.on('disconnect', (reason) => { showSocket('Disconnected: ' + reason); note('disconnected', reason); });
    socket.on('connect_error', (error) => { showSocket('Refused: ' + error.message); note('connect_error', error.data || error.message); });
    socket.onAny((event, payload) => { note(event, payload); });
  };
  const disconnect = () => {
    const closing = socket;
    socket = undefined;
    closing.disconnect();
    showSocket('Not connected.');
  };
  find('#connect').addEventListener('click', () => { connect().catch((error) => { showSocket(error.message); }); });
  find('#disconnect').addEventListener('click', disconnect);

  const emitEvent = async (form, body, output) => {
    if (!socket || !socket.connected) throw new Error('Connect the socket first.');
    const begun = performance.now();
    const answer = await socket.timeout(10000).emitWithAck(form.dataset.name, body);
    const isGood = answer.success !== false;
    tell(output, (isGood ? 'acknowledged' : answer.code) + ' in ' + Math.round(performance.now() - begun) + ' ms', show(answer), isGood);
  };

  const readBody = (text) => {
    let body;
    try { body = JSON.parse(text); } catch (error) { throw new Error('This is not JSON: ' + error.message); }
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Error('The body must be an object.');
    return body;
  };
  for (const form of all('form.try')) {
    form.hidden = false;
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const [output, button] = [form.querySelector('output'), form.querySelector('button')];
      button.disabled = true;
      try {
        const body = readBody(form.querySelector('textarea').value);
        await (form.dataset.kind === 'call' ? sendCall : emitEvent)(form, body, output);
      } catch (error) {
        tell(output, error instanceof TypeError ? 'The server could not be reached. Try again.' : error.message, undefined, false);
      }
      button.disabled = false;
    });
    form.addEventListener('keydown', (event) => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); form.requestSubmit(); } });
  }
})();
`;
