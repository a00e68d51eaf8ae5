import type { FactoryProvider, Provider } from '@nestjs/common';
import { AuthService } from './auth/auth.service.js';
import { Authenticator } from './auth/authenticator.js';
import { Backends } from './auth/backends.js';
import { GenericRegistrationCheck } from './auth/generic-registration.check.js';
import { GuardDemandsCheck } from './auth/guard-demands.check.js';
import { SessionsService } from './auth/sessions.service.js';
import { TokenRefresh } from './auth/token-refresh.js';
import { UsersAuthGuard } from './auth/users-auth.guard.js';
import { UsersEventBus } from './events/users-event-bus.js';
import { USERS_EVENT_OPTIONS, type UsersEventOptions } from './events/users-event.options.js';
import { UsersListenersExplorer } from './events/users-listeners.explorer.js';
import { UsersHealthIndicator } from './health/users-health.indicator.js';
import { OwnCredential } from './http/own-credential.js';
import { ROUTES_OPTIONS, type RoutesOptions } from './http/routes.options.js';
import { AttemptLimits } from './limits/attempt-limits.js';
import { ATTEMPT_LIMITS, type AttemptLimitValues } from './limits/attempt-limits.options.js';
import { MAIL_LIMIT, type MailLimit } from './limits/mail-limit.options.js';
import { LimitRefusals } from './limits/limit-refusals.js';
import { MailLimits } from './limits/mail-limits.js';
import { CONFIGURED_STORE } from './limits/rate-limit-store.js';
import { SteadyLimits } from './limits/steady-limits.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PasswordPolicy } from './passwords/password-policy.js';
import { PasswordsService } from './passwords/passwords.service.js';
import { accountDigests } from './security-log/account-digest.js';
import { SecurityRecorder } from './security-log/security-recorder.js';
import { UsersSockets } from './sockets/users-sockets.js';
import { UsersTelemetry } from './telemetry/users-telemetry.js';
import { CancelEmailChangeTokens, ConfirmEmailChangeTokens } from './tokens/email-change-tokens.js';
import type { PurposeTokenOptions } from './tokens/purpose-tokens.js';
import { ResetTokens } from './tokens/reset-tokens.js';
import { RESET_TOKEN_OPTIONS, VERIFICATION_TOKEN_OPTIONS } from './tokens/token.options.js';
import { VerificationTokens } from './tokens/verification-tokens.js';
import { AccountDeletion } from './users/account-deletion.js';
import { AccountUpdate } from './users/account-update.js';
import { EmailChange } from './users/email-change.js';
import { EmailVerification } from './users/email-verification.js';
import { LoginWatch } from './users/login-watch.js';
import { PasswordAuthentication } from './users/password-authentication.js';
import { PasswordRecovery } from './users/password-recovery.js';
import { Registration } from './users/registration.js';
import { requiredAdapter } from './users/required-adapter.js';
import { ToldLimitRefusals } from './users/told-limit-refusals.js';
import { UserDataExport } from './users/user-data-export.js';
import { UnitOfWork } from './users/unit-of-work.js';
import { UserWriter } from './users/user-writer.js';
import { USERS_POLICY, type UsersPolicy } from './users/users.policy.js';
import { UsersService } from './users/users.service.js';
import { USERS_OPTIONS } from './users.module-definition.js';
import type { ResolvedUsersOptions } from './users.resolved-options.js';
import { USERS_MODULE_NAME, USERS_SHAPE, type UsersShape } from './users.shape.js';

/** Values and shape together. */
const usersPolicy: FactoryProvider<UsersPolicy> = {
  provide: USERS_POLICY,
  inject: [USERS_OPTIONS, USERS_SHAPE],
  useFactory: (
    { requestVerificationOnRegister }: ResolvedUsersOptions,
    { registration, emailChange }: UsersShape,
  ) => ({ registration, emailChange, requestVerificationOnRegister }),
};

/** Is there where records are wanted, and hears this module's events. */
const securityRecorder: FactoryProvider<SecurityRecorder | undefined> = {
  provide: SecurityRecorder,
  inject: [USERS_OPTIONS, USERS_MODULE_NAME, UsersEventBus],
  useFactory: (options: ResolvedUsersOptions, module: string, bus: UsersEventBus) => {
    const { securityLog: log, resetPasswordTokenKey } = options;
    if (!log) return undefined;
    const recorder = new SecurityRecorder({
      log,
      module,
      digest: accountDigests(resetPasswordTokenKey),
    });
    recorder.listenTo(bus);
    return recorder;
  },
};

/** What other modules may inject. */
export const publicProviders = [
  UsersService,
  AuthService,
  Authenticator,
  SessionsService,
  UsersAuthGuard,
  UsersSockets,
  UsersEventBus,
  PasswordHasher,
  UsersHealthIndicator,
];

/** Each part of the library receives the values that are its own, and no others. */
export const providers: Provider[] = [
  requiredAdapter,
  fromOptions(Backends, ({ backends }) => backends),
  fromOptions(PasswordHasher, ({ passwordHasher }) => passwordHasher),
  fromOptions(PasswordPolicy, ({ passwordPolicy }) => passwordPolicy),
  fromOptions<RoutesOptions>(ROUTES_OPTIONS, (options) => options),
  fromOptions(CONFIGURED_STORE, ({ rateLimitStore }) => rateLimitStore),
  fromOptions<MailLimit>(MAIL_LIMIT, ({ mailLimit }, module) => ({ value: mailLimit, module })),
  fromOptions<AttemptLimitValues>(ATTEMPT_LIMITS, ({ attemptLimits }, module) => ({
    value: attemptLimits,
    module,
  })),
  usersPolicy,
  fromOptions<PurposeTokenOptions>(RESET_TOKEN_OPTIONS, (options) => ({
    key: options.resetPasswordTokenKey,
    lifetimeSeconds: options.resetPasswordTokenLifetimeSeconds,
  })),
  fromOptions<PurposeTokenOptions>(VERIFICATION_TOKEN_OPTIONS, (options) => ({
    key: options.verificationTokenKey,
    lifetimeSeconds: options.verificationTokenLifetimeSeconds,
  })),
  fromOptions<UsersEventOptions>(USERS_EVENT_OPTIONS, (options, name) => ({ ...options, name })),
  fromOptions(
    UsersTelemetry,
    ({ telemetry }, module) => new UsersTelemetry({ module, isOn: telemetry }),
  ),
  PasswordsService,
  ResetTokens,
  VerificationTokens,
  ConfirmEmailChangeTokens,
  CancelEmailChangeTokens,
  SteadyLimits,
  { provide: LimitRefusals, useClass: ToldLimitRefusals },
  MailLimits,
  AttemptLimits,
  UsersEventBus,
  UsersListenersExplorer,
  UnitOfWork,
  UserWriter,
  EmailVerification,
  EmailChange,
  Registration,
  AccountUpdate,
  AccountDeletion,
  UserDataExport,
  PasswordRecovery,
  LoginWatch,
  PasswordAuthentication,
  UsersService,
  TokenRefresh,
  AuthService,
  SessionsService,
  OwnCredential,
  { provide: Authenticator, useExisting: AuthService },
  GuardDemandsCheck,
  GenericRegistrationCheck,
  UsersAuthGuard,
  UsersSockets,
  UsersHealthIndicator,
  securityRecorder,
];

function fromOptions<T>(
  provide: FactoryProvider['provide'],
  pick: (options: ResolvedUsersOptions, moduleName: string) => T,
): FactoryProvider {
  return { provide, inject: [USERS_OPTIONS, USERS_MODULE_NAME], useFactory: pick };
}
