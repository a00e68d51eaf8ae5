import { AllowAnonymous, Authenticated, CurrentUser, UsersAuthGuard } from '@nestjs-users/core';
import { Controller, Get, UseGuards } from '@nestjs/common';
import type { HostOptions } from './host.js';
import type { User } from './models.js';

/** Whom a handler saw. */
interface Seen {
  readonly by: string | null;
}
const seen = (user: User | null): Seen => ({ by: user && user.email });

@Controller('active')
@Authenticated()
class ActiveController {
  @Get('base')
  base(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('verified')
  @Authenticated({ verified: true })
  verified(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('both')
  @Authenticated({ verified: true, superuser: true })
  both(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('optional')
  @Authenticated({ optional: true })
  optional(@CurrentUser() user: User | null) {
    return seen(user);
  }

  @Get('optional-verified')
  @Authenticated({ optional: true, verified: true })
  optionalVerified(@CurrentUser() user: User | null) {
    return seen(user);
  }

  @Get('open')
  @AllowAnonymous()
  open(@CurrentUser() user: User | null) {
    return seen(user);
  }
}

@Controller('superuser')
@Authenticated({ superuser: true })
class SuperuserController {
  @Get('base')
  base(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('plain')
  @Authenticated()
  plain(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('completed')
  @Authenticated({ verified: true })
  completed(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('loosened')
  @Authenticated({ superuser: false })
  loosened(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('optional')
  @Authenticated({ optional: true })
  optional(@CurrentUser() user: User | null) {
    return seen(user);
  }
}

@Controller('inherited')
class InheritedController extends SuperuserController {}

@Controller('narrowed')
@Authenticated({ verified: true })
class NarrowedController extends SuperuserController {}

@Controller('opened')
@AllowAnonymous()
class OpenedController extends SuperuserController {}

@Controller('overridden')
class OverriddenController extends SuperuserController {
  /** Decorators do not come along: the class's demands remain, the method's are new. */
  @Get('completed')
  override completed(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('base')
  @Authenticated({ verified: true })
  override base(@CurrentUser() user: User) {
    return seen(user);
  }

  /** Without `@Get()`, Nest knows no route. */
  override plain(user: User) {
    return seen(user);
  }
}

@Controller('optional')
@Authenticated({ optional: true })
class OptionalController {
  @Get('base')
  base(@CurrentUser() user: User | null) {
    return seen(user);
  }

  @Get('strict')
  @Authenticated()
  strict(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('superuser')
  @Authenticated({ superuser: true })
  superuser(@CurrentUser() user: User) {
    return seen(user);
  }
}

@Controller('strictened')
@Authenticated({ superuser: true })
class StrictenedController extends OptionalController {}

@Controller('anonymous')
@AllowAnonymous()
class AnonymousController {
  @Get('base')
  base(@CurrentUser() user: User | null) {
    return seen(user);
  }

  @Get('guarded')
  @Authenticated()
  guarded(@CurrentUser() user: User) {
    return seen(user);
  }
}

@Controller('mixed')
class MixedController {
  @Get('undecorated')
  undecorated(@CurrentUser() user: User | null) {
    return seen(user);
  }

  @Get('bare-guard')
  @UseGuards(UsersAuthGuard)
  bareGuard(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('twice')
  @Authenticated({ superuser: true })
  @Authenticated({ verified: true })
  twice(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('upper-authenticated')
  @Authenticated()
  @AllowAnonymous()
  upperAuthenticated(@CurrentUser() user: User) {
    return seen(user);
  }

  @Get('upper-anonymous')
  @AllowAnonymous()
  @Authenticated()
  upperAnonymous(@CurrentUser() user: User | null) {
    return seen(user);
  }
}

/** Controllers of an application with all sorts of demands. */
export const guardedControllers: HostOptions['controllers'] = [
  ActiveController,
  SuperuserController,
  InheritedController,
  NarrowedController,
  OpenedController,
  OverriddenController,
  OptionalController,
  StrictenedController,
  AnonymousController,
  MixedController,
];
