import assert from 'node:assert/strict';

/** Of whom `nestjs-users create-superuser` has made a superuser. */
export const SUPERUSER = { email: 'root@example.com', password: 'staple of the superuser' };

/**
 * Registers a user, logs in, and reads what only users may read; then as the superuser, what only that
 * one may read.
 *
 * @param {string} url
 */
export async function story(url) {
  const email = 'anna@example.com';
  const password = 'correct horse battery staple';

  const registered = await send('POST', `${url}/users/register`, {
    body: { email, password, firstName: 'Anna', isSuperuser: true },
  });
  assert.equal(registered.status, 201, registered.text);

  const token = await login(url, { email, password });

  const me = await send('GET', `${url}/users/me`, { token });
  assert.equal(me.status, 200, me.text);
  const user = JSON.parse(me.text);
  assert.equal(user.email, email);
  assert.equal(user.firstName, 'Anna');
  assert.equal(user.isSuperuser, false);
  assert.doesNotMatch(me.text, /password|stamp/i);

  const cats = await send('GET', `${url}/cats`, { token });
  assert.deepEqual(JSON.parse(cats.text), { owner: email, greeted: [email] });

  const stranger = await send('GET', `${url}/users/me`, {});
  assert.equal(stranger.status, 401, stranger.text);

  const list = await send('GET', `${url}/users`, { token: await login(url, SUPERUSER) });
  assert.equal(list.status, 200, list.text);
  assert.equal(JSON.parse(list.text).items.length, 2);
}

/**
 * @param {string} url
 * @param {{ email: string, password: string }} user
 * @returns {Promise<string>} the token
 */
async function login(url, { email, password }) {
  const body = { username: email, password };
  const answer = await send('POST', `${url}/users/login/jwt`, { body });
  assert.equal(answer.status, 200, answer.text);
  return JSON.parse(answer.text).access_token;
}

/**
 * @param {string} method
 * @param {string} url
 * @param {{ body?: object, token?: string }} request
 */
async function send(method, url, { body, token }) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (body) headers['content-type'] = 'application/json';
  if (token) headers['authorization'] = `Bearer ${token}`;
  const init = { method, headers, body: body && JSON.stringify(body) };
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
}
