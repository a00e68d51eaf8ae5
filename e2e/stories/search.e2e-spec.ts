import { beforeAll, expect, it } from 'vitest';
import { expectInvalid } from '../harness/errors.js';
import { newcomer, type Persona } from '../harness/persona.js';
import { everySetup, tell } from '../harness/tell.js';
import { idsOnAllPages, listUsers } from '../harness/user-pages.js';

/** Everybody who can be found. */
const emails = [
  'Anna.Smith+News@Example.org',
  'anna-smith@anna.example',
  'bert_smith@example.org',
  'bert-smith@example.org',
  '100%off@example.org',
  '100off@example.org',
  "o'brien@example.org",
  'jürgen@example.org',
  'jurgen@example.org',
  'carla@bücher.example',
];

/** What is looked for, and whom it finds. */
const searches: Readonly<Record<string, readonly string[]>> = {
  'smith+': ['Anna.Smith+News@Example.org'],
  SMITH: emails.slice(0, 4),
  'Anna.Smith+News@Example.org': ['Anna.Smith+News@Example.org'],
  '@ANNA.': ['anna-smith@anna.example'],
  '.example': ['anna-smith@anna.example', 'carla@bücher.example'],
  // Nothing is a wildcard, or begins an escape.
  bert_: ['bert_smith@example.org'],
  '%': ['100%off@example.org'],
  '0%o': ['100%off@example.org'],
  'a%a': [],
  ann_: [],
  '\\': [],
  '\\%': [],
  'bert\\_smith': [],
  '*': [],
  'anna*': [],
  '.*': [],
  '^anna': [],
  '[a-z]': [],
  'anna|bert': [],
  // Nor does anything end the text.
  "'": ["o'brien@example.org"],
  "' OR '1'='1": [],
  '"': [],
  '--': ['carla@bücher.example'],
  ';': [],
  '\0': [],
  ' ': [],
  'anna ': [],
  ' anna': [],
  // Letters beyond ASCII are themselves alone; domains are searched as they are transmitted.
  JüRGEN: ['jürgen@example.org'],
  jurgen: ['jurgen@example.org'],
  JÜRGEN: [],
  'xn--bcher-kva': ['carla@bücher.example'],
  bücher: [],
  '\u{212a}': [],
  '\u{1f600}': [],
};

tell('Users who are searched for by a part of their address', everySetup, (stage) => {
  let admin: Persona;
  const ids = new Map<string, unknown>();
  beforeAll(async () => {
    // As far from the others as can be: no text finds superusers by accident.
    admin = await newcomer(stage.host, 'jwt', { isSuperuser: true });
    await stage.host.users.update({ id: admin.id }, { email: 'q@q.qq' });
    for (const [index, email] of emails.entries()) {
      const isActive = index % 2 === 0;
      const user = await stage.host.users.create({ email, isActive, isVerified: index === 2 });
      ids.set(email, user.id);
    }
  });
  const idsOf = (some: readonly string[]) => some.map((email) => ids.get(email));

  it.each(Object.entries(searches))('IN-01: %j finds %j', async (search, found) => {
    expect(await idsOnAllPages(admin, { search })).toEqual(idsOf(found));
    // The same through the smallest pages: the cursor of one search leads on in it.
    expect(await idsOnAllPages(admin, { search, limit: 1 })).toEqual(idsOf(found));
  });

  it('can be told apart by the other filters at the same time', async () => {
    const find = async (filter: Record<string, string>) =>
      idsOnAllPages(admin, { search: 'smith', limit: 1, ...filter });
    const [annaNews, annaSmith, bertUnder, bertDash] = idsOf(emails) as unknown[];
    expect(await find({ isActive: 'true' })).toEqual([annaNews, bertUnder]);
    expect(await find({ isActive: 'false' })).toEqual([annaSmith, bertDash]);
    expect(await find({ isActive: 'true', isVerified: 'true' })).toEqual([bertUnder]);
    expect(await find({ isSuperuser: 'true' })).toEqual([]);
    expect(await find({ email: 'BERT-SMITH@example.org' })).toEqual([bertDash]);
    expect(await find({ email: 'jurgen@example.org' })).toEqual([]);
  });

  it('AC-11: are found on pages that stay in step while others come and go', async () => {
    const late: string[] = [];
    const found = await idsOnAllPages(admin, { search: 'SMITH', limit: 1 }, async (page) => {
      const user = await stage.host.users.create({ email: `page${page}@example.org` });
      late.push(String(user.id));
    });
    expect(found).toEqual(idsOf(emails.slice(0, 4)));
    for (const id of late) await stage.host.users.delete({ id });
  });

  it('IN-05: are searched for by one text of 1 to 254 characters', async () => {
    const whole = await listUsers(admin, { search: 'a'.repeat(254) });
    expect([whole.status, whole.body]).toEqual([200, { items: [], nextCursor: null }]);
    const umlauts = await listUsers(admin, { search: 'ü'.repeat(254) });
    expect(umlauts.body).toEqual({ items: [], nextCursor: null });
    for (const query of [
      'search=',
      'search',
      `search=${'a'.repeat(255)}`,
      `search=${'a'.repeat(5000)}`,
      'search=anna&search=bert',
      'search=anna&search=anna',
      'search=anna&search=',
    ]) {
      expectInvalid(await admin.send({ path: `/users?${query}` }), 'search');
    }
    expectInvalid(await listUsers(admin, { search: 'anna', limit: 0 }), 'limit');
  });
});
