import { expect, it } from 'vitest';
import { refreshPath } from './refresh-path.js';

const at = (url: string): string => refreshPath({ method: 'POST', url, headers: {} }, 'web');

it.each([
  ['/users/login/web', '/users/refresh/web'],
  ['/api/v1/users/login/web?next=/login/x', '/api/v1/users/refresh/web'],
  ['/api/users/logout/web', '/api/users/refresh/web'],
  ['/users/refresh/web', '/users/refresh/web'],
  ['/users/me', '/users/refresh/web'],
  ['/users/me/sessions/revoke-others', '/users/refresh/web'],
])('stands beside the route: %s', (url, path) => expect(at(url)).toBe(path));

it.each(['/session', '/login/web', '/;x/login/web', '/<x>/login/web', '/a,b/me', ''])(
  'is everywhere, if it cannot be told: %s',
  (url) => expect(at(url)).toBe('/'),
);

it('is everywhere for a credential that code makes', () => {
  expect(refreshPath(undefined, 'web')).toBe('/');
});
