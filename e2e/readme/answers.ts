/**
 * Two texts of the form of `curl -i`, one shown in a document and one that came, to be compared: the
 * status line, of the headers those that are shown, the body with its JSON in one form.
 */
export function answers(shown: string, came: string): { shown: string; came: string } {
  const [expected, actual] = [parse(shown), parse(came)];
  const headers = expected.headers.map((line) => {
    const named = actual.headers.filter((other) => nameOf(other) === nameOf(line));
    return named.length > 0 ? named.join('\n') : `(no ${nameOf(line)})`;
  });
  return { shown: print(expected), came: print({ ...actual, headers }) };
}

interface HttpAnswer {
  readonly status: string;
  readonly headers: readonly string[];
  readonly body: string;
}

function parse(text: string): HttpAnswer {
  const [head = '', ...rest] = text.replaceAll('\r\n', '\n').split('\n\n');
  const [status = '', ...headers] = head.trim().split('\n');
  return { status, headers, body: rest.join('\n\n').trim() };
}

function print({ status, headers, body }: HttpAnswer): string {
  return [status, ...headers, '', inOneForm(body)].join('\n');
}

function inOneForm(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function nameOf(header: string): string {
  return header.split(':')[0]?.toLowerCase() ?? '';
}
