import { Injectable, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';

/** What this service asks the other one. */
@Injectable()
export class Accounts {
  private readonly url: string;

  constructor(config: ConfigService) {
    this.url = config.get('ACCOUNTS_URL', 'http://localhost:3000');
  }

  /** The address of the caller, asked with the caller's own token: who was logged out hears it here. */
  async emailOf(authorization: string): Promise<string> {
    const headers = { authorization };
    const signal = AbortSignal.timeout(3000);
    const answer = await fetch(`${this.url}/users/me`, { headers, signal }).catch(() => undefined);
    if (answer?.status === 401) throw new UnauthorizedException();
    if (answer?.status !== 200) throw new ServiceUnavailableException();
    return ((await answer.json()) as { email: string }).email;
  }
}
