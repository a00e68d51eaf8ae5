import { expect } from 'vitest';
import type { Answer } from './client.js';
import type { Persona } from './persona.js';

type Query = Readonly<Record<string, string | number>>;

/** Asks for one page of users. */
export function listUsers(who: Persona, query: Query = {}): Promise<Answer> {
  const text = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
  return who.send({ path: `/users?${text.join('&')}` });
}

/** The ids of the users on a page. */
export function idsOn({ body }: Answer): unknown[] {
  return body.items.map(({ id }: { id: unknown }) => id);
}

/** The ids of all users, page after page; between the pages something may be done. */
export async function idsOnAllPages(
  who: Persona,
  query: Query,
  between: (page: number) => Promise<unknown> = async () => {},
): Promise<unknown[]> {
  const found: unknown[] = [];
  let cursor: string | null = '';
  for (let page = 0; cursor !== null; page++) {
    expect(page, 'there is an end').toBeLessThan(100);
    const answer = await listUsers(who, { ...query, ...(cursor && { cursor }) });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['items', 'nextCursor']);
    found.push(...idsOn(answer));
    cursor = answer.body.nextCursor;
    await between(page);
  }
  return found;
}
