const byId = (id) => document.getElementById(id);
const [login, account, message] = ['login', 'account', 'message'].map(byId);

/** The backend that has logged this browser in: the list of sessions tells it. */
let backend = 'session';

/** The cookies go along by themselves; this script never sees what is in them. */
async function call(method, path, body) {
  const json = body && {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  };
  const answer = await fetch(`/users${path}`, { method, ...json });
  const text = await answer.text();
  return { status: answer.status, body: text ? JSON.parse(text) : undefined };
}

/**
 * Once more with a fresh access token where the old one has expired. Several tabs may do so at the same
 * moment, with one refresh token: the server gives all of them the same next one for ten seconds.
 */
async function callRefreshed(method, path, body) {
  const answer = await call(method, path, body);
  if (answer.status !== 401 || !(await refresh())) return answer;
  return call(method, path, body);
}

async function refresh() {
  return (await call('POST', '/refresh/web')).status === 204;
}

function show(user, sessions = []) {
  login.hidden = user !== undefined;
  account.hidden = user === undefined;
  if (!user) return;
  byId('email').textContent = user.email;
  backend = sessions.find(({ isCurrent }) => isCurrent)?.backend ?? backend;
  byId('refresh').hidden = backend !== 'web';
  byId('sessions').replaceChildren(...sessions.map(row));
}

function row({ id, userAgent, address, createdAt, lastUsedAt, isCurrent }) {
  const time = (text) => new Date(text).toLocaleString();
  const texts = [userAgent ?? 'unknown', address ?? '', time(createdAt), time(lastUsedAt)];
  const line = document.createElement('tr');
  line.dataset.id = id;
  for (const text of texts) {
    // Whatever a client calls itself is a text, and never markup.
    line.insertCell().textContent = text;
  }
  if (isCurrent) line.insertCell().textContent = 'this one';
  else
    line
      .insertCell()
      .append(button('Log out', () => callRefreshed('DELETE', `/me/sessions/${id}`)));
  return line;
}

function button(text, act) {
  const made = document.createElement('button');
  made.textContent = text;
  made.addEventListener('click', () => perform(act));
  return made;
}

/** Does something, says what went wrong, and looks again. */
async function perform(act) {
  document.body.ariaBusy = 'true';
  const answer = await act();
  await look();
  message.textContent = answer?.status >= 400 ? answer.body.message : '';
  document.body.ariaBusy = 'false';
}

async function look() {
  const me = await callRefreshed('GET', '/me');
  if (me.status !== 200) return show(undefined);
  const { body } = await callRefreshed('GET', '/me/sessions');
  return show(me.body, body?.items);
}

login.addEventListener('submit', (event) => {
  event.preventDefault();
  const { email, password, ...form } = Object.fromEntries(new FormData(login));
  backend = form.backend;
  const isNew = event.submitter.value === 'register';
  void perform(async () => {
    const registered = isNew ? await call('POST', '/register', { email, password }) : undefined;
    if (registered?.status >= 400) return registered;
    return call('POST', `/login/${backend}`, { email, password });
  });
});

byId('reload').addEventListener('click', () => perform(() => undefined));
byId('refresh').addEventListener('click', () => perform(() => call('POST', '/refresh/web')));
byId('others').addEventListener('click', () =>
  perform(() => callRefreshed('POST', '/me/sessions/revoke-others')),
);
byId('logout').addEventListener('click', () => perform(() => call('POST', `/logout/${backend}`)));

await perform(() => undefined);
