import { plainToInstance } from 'class-transformer';
import { SessionDto } from '../dto/session.dto.js';
import type { Session } from '../sessions/session.js';

/** What the routes of sessions answer. @publicApi */
export interface SessionListDto {
  items: SessionDto[];
}

/** Shows sessions; `current` is the id of the one that the request was made with. */
export function sessionList(sessions: readonly Session[], current?: string): SessionListDto {
  const items = sessions.map((session) =>
    plainToInstance(
      SessionDto,
      { ...session, isCurrent: session.id === current },
      { excludeExtraneousValues: true },
    ),
  );
  return { items };
}
