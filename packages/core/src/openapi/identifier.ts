/** `admin/users` and `list` make `admin_users_list`: a name that generated clients can use. */
export function identifier(path: string, name: string): string {
  return [...path.split(/[^A-Za-z0-9]+/), name].filter((part) => part !== '').join('_');
}
