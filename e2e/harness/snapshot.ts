import type { Host } from './host.js';
import type { User } from './models.js';

/** All rows as they are stored, in the order of their ids. */
export function snapshot(host: Host): Promise<User[]> {
  return host.dataSource.getRepository(host.entity).find({ order: { id: 'ASC' } });
}
