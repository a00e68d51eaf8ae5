/** A `Set-Cookie` header in its parts. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Attributes by their names in lower case; `true` for those without a value. */
  readonly attributes: Readonly<Record<string, string | true>>;
}

/** Takes a `Set-Cookie` header apart (RFC 6265, 5.2). */
export function parseSetCookie(header: string): SetCookie {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
  const [name, value] = split(pair);
  return {
    name,
    value: value ?? '',
    attributes: Object.fromEntries(
      attributes.map((attribute) => {
        const [key, text] = split(attribute);
        return [key.toLowerCase(), text ?? true];
      }),
    ),
  };
}

function split(pair: string): [name: string, value: string | undefined] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, undefined] : [pair.slice(0, at), pair.slice(at + 1)];
}
