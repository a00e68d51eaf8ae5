import { createHash } from 'node:crypto';
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Sessions } from './sessions.js';
import type { User } from './user.js';

/** What one writes where tokens are stored: read the header, look it up, put the user there. */
@Injectable()
export class StoredTokenGuard implements CanActivate {
  constructor(@Inject(Sessions) private readonly sessions: Sessions) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context
      .switchToHttp()
      .getRequest<{ headers: { authorization?: string }; user?: User }>();
    const [type, token] = request.headers.authorization?.split(' ') ?? [];
    if (type !== 'Bearer' || !token) throw new UnauthorizedException();
    const user = await this.sessions.read(createHash('sha256').update(token).digest('hex'));
    if (!user?.isActive) throw new UnauthorizedException();
    request.user = user;
    return true;
  }
}
