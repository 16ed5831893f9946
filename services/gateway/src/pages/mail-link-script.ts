/** Runs in the browser: sends the form of a page that a mail links to, and tells how it went. */
export const mailLinkScript = `'use strict';
(() => {
  const form = document.querySelector('form');
  const outcome = document.querySelector('output');
  const button = form.querySelector('button');
  const token = new URLSearchParams(location.search).get('token');
  // The token must not stay in the address bar, the history or a shared screen.
  history.replaceState(null, '', location.pathname);

  const tell = (text, isGood) => {
    outcome.textContent = text;
    outcome.className = isGood ? 'good' : 'bad';
  };
  const explain = (answer) => {
    const fields = (answer.errors || []).map((error) => error.field + ' ' + error.message);
    return [answer.message].concat(fields).join('. ') + '.';
  };

  if (!token) {
    form.hidden = true;
    tell('This link is not complete. Open it from the mail again.', false);
    return;
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const given = new FormData(form);
    if (given.has('repeated') && given.get('password') !== given.get('repeated')) {
      tell('The two passwords differ.', false);
      return;
    }
    const body = given.has('password') ? { token, password: given.get('password') } : { token };
    button.disabled = true;
    tell('One moment…', true);
    try {
      const reply = await fetch(form.getAttribute('action'), {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
      });
      const answer = await reply.json();
      form.hidden = answer.success === true;
      tell(answer.success === true ? form.dataset.done : explain(answer), answer.success === true);
    } catch {
      tell('The server could not be reached. Try again.', false);
    }
    button.disabled = false;
  });
})();
`;
