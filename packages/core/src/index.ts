export { UsersModule } from './users.module.js';
export type {
  UsersModuleAsyncOptions,
  UsersModuleExtras,
  UsersModuleOptions,
  UsersModuleRootOptions,
  UsersModuleRoutes,
  UsersOptionsFactory,
} from './users.options.js';
export { findUsersServices, type FoundUsersService } from './users.services.js';

export { canonicalEmail, isSameEmail } from './users/email.js';
export {
  PRIVILEGE_FIELDS,
  SYSTEM_FIELDS,
  type BaseUser,
  type OwnFields,
  type PrivilegeField,
  type SystemField,
  type UserId,
} from './users/user.js';
export {
  UserAdapter,
  type AdapterTransaction,
  type BoundedWork,
  type NewUser,
  type UserChanges,
  type UserExpectation,
  type UserListQuery,
  type UserWriteOptions,
} from './users/user.adapter.js';
export {
  TransactionUserAdapter,
  type EnterableTransaction,
} from './users/transaction.user-adapter.js';
export type {
  CallOptions,
  CreateUserInput,
  CredentialOptions,
  DeleteUserOptions,
  ForgotPasswordOptions,
  UpdateUserInput,
  UpdateUserOptions,
  WriteOptions,
} from './users/user-input.js';
export type { Confirmation } from './users/user-writer.js';
export type { UserExport } from './users/user-data-export.js';
export type { UserPage, UserPageQuery } from './users/user-list.js';
export type { EmailChangeMode, RegistrationMode } from './users/users.policy.js';
export { UsersService } from './users/users.service.js';
export {
  BadCredentialsError,
  BadCurrentPasswordError,
  BadEmailChangeTokenError,
  BadResetTokenError,
  BadVerificationTokenError,
  InvalidPasswordError,
  InvalidUserDataError,
  LastSuperuserError,
  ServiceUnavailableError,
  TooManyAttemptsError,
  UserAlreadyExistsError,
  UserAlreadyVerifiedError,
  UserNotFoundError,
  UserNotVerifiedError,
  UsersError,
  type FieldError,
  type InvalidPasswordCode,
  type UsersErrorCode,
} from './users/users.errors.js';

export type { AttemptLimitsOptions } from './limits/attempt-limits.options.js';
export { MemoryRateLimitStore } from './limits/memory.rate-limit-store.js';
export { RateLimitStore, type RateLimit } from './limits/rate-limit-store.js';

export { PasswordHasher } from './passwords/password-hasher.js';
export {
  BcryptPasswordHasher,
  type BcryptPasswordHasherOptions,
} from './passwords/bcrypt.password-hasher.js';
export {
  Argon2PasswordHasher,
  type Argon2PasswordHasherOptions,
} from './passwords/argon2.password-hasher.js';
export type { HashingPoolOptions, HashingQueue } from './passwords/hashing-pool.js';
export { ThreadedPasswordHasher } from './passwords/threaded.password-hasher.js';
export type { PasswordForms, VerificationTask } from './passwords/verification-task.js';
export { MigratingPasswordHasher } from './passwords/foreign/migrating.password-hasher.js';
export type { HashFormat } from './passwords/foreign/hash-format.js';
export { argon2Hashes, type Argon2HashesOptions } from './passwords/foreign/argon2-hashes.js';
export { bcryptHashes, type BcryptHashesOptions } from './passwords/foreign/bcrypt-hashes.js';
export { betterAuthHashes } from './passwords/foreign/better-auth-hashes.js';
export { djangoHashes, type DjangoHashesOptions } from './passwords/foreign/django-hashes.js';
export {
  firebaseHash,
  firebaseHashes,
  type FirebaseCost,
  type FirebaseCredential,
  type FirebaseHashesOptions,
} from './passwords/foreign/firebase-hashes.js';
export { scryptHashes, type ScryptHashesOptions } from './passwords/foreign/scrypt-hashes.js';
export { MAX_PASSWORD_BYTES, MAX_PASSWORD_CODE_POINTS } from './passwords/normalize-password.js';
export { PasswordPolicy, type PasswordContext } from './passwords/password-policy.js';
export {
  DefaultPasswordPolicy,
  type DefaultPasswordPolicyOptions,
} from './passwords/default.password-policy.js';
export {
  LengthPasswordPolicy,
  type LengthPasswordPolicyOptions,
} from './passwords/length.password-policy.js';
export {
  ContextPasswordPolicy,
  type ContextPasswordPolicyOptions,
} from './passwords/context.password-policy.js';
export { CommonPasswordPolicy } from './passwords/common.password-policy.js';
export {
  BreachedPasswordPolicy,
  type BreachedPasswordPolicyOptions,
} from './passwords/breached.password-policy.js';
export { CompositePasswordPolicy } from './passwords/composite.password-policy.js';

export {
  AuthBackend,
  Backend,
  type AuthBackendOptions,
  type BackendOptions,
  type VerifyClaims,
} from './auth/auth-backend.js';
export { PassportBackend, type PassportBackendOptions } from './auth/passport-backend.js';
export type { PassportLike } from './auth/passport-runner.js';
export { AuthService, type Authentication } from './auth/auth.service.js';
export {
  Authenticator,
  type AuthenticateOptions,
  type Identification,
} from './auth/authenticator.js';
export { AllowAnonymous, Authenticated, CurrentUser } from './auth/auth.decorators.js';
export type { AuthenticatedOptions } from './auth/auth.metadata.js';
export { SessionsService } from './auth/sessions.service.js';
export { UsersAuthGuard } from './auth/users-auth.guard.js';
export { UsersSockets, type ProtectSocketsOptions } from './sockets/users-sockets.js';
export {
  JwtTokenStrategy,
  type JwtTokenStrategyOptions,
} from './auth/strategies/jwt.token-strategy.js';
export {
  StoredTokenStrategy,
  type StoredTokenStrategyOptions,
} from './auth/strategies/stored.token-strategy.js';
export type { JwtRefreshOptions } from './auth/strategies/jwt-refresh.js';
export type { RefreshClaims } from './tokens/refresh-token.js';
export type { RotationResult } from './sessions/rotation.js';
export {
  TokenStrategy,
  type IssuedRefreshToken,
  type IssuedToken,
  type RefreshOutcome,
  type RefreshTokens,
  type TokenBinding,
  type FoundClaims,
  type TokenIssue,
  type TokenPassportOptions,
} from './auth/strategies/token-strategy.js';
export type { JwtKey, JwtPrivateKey, JwtPublicKey, JwtSecretKey } from './tokens/jwt-keys.js';
export type { JwtAlgorithm } from './tokens/token-key.js';
export type { PublicJwk } from './tokens/jwk.js';
export type { TokenClaims } from './tokens/signed-token.js';
export type { Session } from './sessions/session.js';
export {
  TokenStore,
  type FoundSession,
  type StoredToken,
  type TokenUse,
} from './sessions/token-store.js';
export { BearerTransport } from './auth/transports/bearer.transport.js';
export { CookieTransport } from './auth/transports/cookie.transport.js';
export type { CookieTransportOptions } from './auth/transports/cookie.options.js';
export {
  Transport,
  type TransportBackend,
  type TransportDescription,
  type TransportResponse,
} from './auth/transports/transport.js';

export { TokenVerifier, type VerifiedAuthentication } from './verifier/token-verifier.js';
export { UsersVerifierModule } from './verifier/users-verifier.module.js';
export type {
  UsersVerifierModuleExtras,
  UsersVerifierModuleOptions,
} from './verifier/users-verifier.options.js';
export { VerifiedUser } from './verifier/verified-user.js';

export {
  UserDeletedEvent,
  UserEvent,
  UserForgotPasswordEvent,
  UserLoggedInEvent,
  UserLoggedOutEvent,
  UserPasswordChangedEvent,
  UserPasswordResetEvent,
  UserRegisteredEvent,
  UsersEvent,
  UserUpdatedEvent,
  type OriginalRequest,
} from './events/users.events.js';
export type { Client } from './events/client-of.js';
export {
  BeforeUserDeleteEvent,
  BeforeUserLoginEvent,
  BeforeUserRegisterEvent,
  BeforeUserUpdateEvent,
  type RegistrationInput,
} from './events/before-users.events.js';
export {
  UserEmailChangeCancelledEvent,
  UserEmailChangedEvent,
  UserEmailChangeRequestedEvent,
  UserEmailClaimedEvent,
} from './events/email-change.events.js';
export {
  DuringUserDeleteEvent,
  DuringUserRegisterEvent,
  DuringUserUpdateEvent,
  DuringUserWriteEvent,
} from './events/during-users.events.js';
export { DuringUserExportEvent, UserExportedEvent } from './events/user-export.events.js';
export {
  UserSessionEndedEvent,
  UserSessionsRevokedEvent,
  UserTokenRefreshedEvent,
  UserTokenReusedEvent,
} from './events/session.events.js';
export {
  UserAccessDeniedEvent,
  UserConfirmationFailedEvent,
  UserLimitReachedEvent,
  UserLoginFailedEvent,
  UserRefusalEvent,
  type LackingRight,
  type LimitKind,
  type LoginFailure,
} from './events/refusal.events.js';
export { UserVerificationRequestedEvent, UserVerifiedEvent } from './events/verification.events.js';
export {
  BeforeUserDelete,
  BeforeUserLogin,
  BeforeUserRegister,
  BeforeUserUpdate,
  createListenerDecorator,
  DuringUserDelete,
  DuringUserExport,
  DuringUserRegister,
  DuringUserUpdate,
  OnUserAccessDenied,
  OnUserConfirmationFailed,
  OnUserDeleted,
  OnUserEmailChangeCancelled,
  OnUserEmailChanged,
  OnUserEmailChangeRequested,
  OnUserEmailClaimed,
  OnUserExported,
  OnUserForgotPassword,
  OnUserLimitReached,
  OnUserLoggedIn,
  OnUserLoggedOut,
  OnUserLoginFailed,
  OnUserPasswordChanged,
  OnUserPasswordReset,
  OnUserRegistered,
  OnUserSessionEnded,
  OnUserSessionsRevoked,
  OnUserTokenRefreshed,
  OnUserTokenReused,
  OnUserUpdated,
  OnUserVerificationRequested,
  OnUserVerified,
  type ListenerDecorator,
} from './events/users-events.decorators.js';
export type { EventType, ListenerOptions } from './events/listener.js';
export { UsersEventBus } from './events/users-event-bus.js';

export { UsersHealthIndicator, type UsersHealthOptions } from './health/users-health.indicator.js';
export type { PartStatus, SteadyStatus, UsersHealth } from './health/users-health.js';

export { LoggerSecurityLog } from './security-log/logger.security-log.js';
export {
  SecurityLog,
  type SecurityEventName,
  type SecurityRecord,
} from './security-log/security-log.js';

export { UserDto } from './dto/user.dto.js';
export { CreateUserDto } from './dto/create-user.dto.js';
export { UpdateUserDto } from './dto/update-user.dto.js';
export { LoginDto } from './dto/login.dto.js';
export { ForgotPasswordDto, ResetPasswordDto } from './dto/reset-password.dto.js';
export { MailedTokenDto, RequestVerificationDto } from './dto/mailed-token.dto.js';
export type { ExportedUserDto } from './dto/exported-user.dto.js';
export { RefreshDto } from './dto/refresh.dto.js';
export { SessionDto } from './dto/session.dto.js';
export { DeleteAccountDto } from './dto/delete-account.dto.js';
export { IsEmailAddress, IsOptionalNotNull } from './dto/field-decorators.js';
export type { UsersModels } from './dto/models.js';

export { createAuthController, type AuthRoutes } from './http/auth.controller.js';
export { createMeController, type MeRoutes } from './http/me.controller.js';
export { createDeleteMeController, type DeleteMeRoutes } from './http/delete-me.controller.js';
export {
  createEmailChangeController,
  type EmailChangeRoutes,
} from './http/email-change.controller.js';
export {
  createExportController,
  type ExportRoutes,
  type UserExportDto,
} from './http/export.controller.js';
export {
  createMySessionsController,
  type MySessionsRoutes,
} from './http/my-sessions.controller.js';
export {
  createUserSessionsController,
  type UserSessionsRoutes,
} from './http/user-sessions.controller.js';
export type { SessionListDto } from './http/session-list.js';
export {
  createJwksController,
  type JwksDocument,
  type JwksRoutes,
} from './http/jwks.controller.js';
export { createRefreshController, type RefreshRoutes } from './http/refresh.controller.js';
export {
  createRegisterController,
  type RegisterControllerOptions,
  type RegisterRoutes,
} from './http/register.controller.js';
export { createVerifyController, type VerifyRoutes } from './http/verify.controller.js';
export {
  createResetPasswordController,
  type ResetPasswordRoutes,
} from './http/reset-password.controller.js';
export {
  createUsersController,
  type UserPageDto,
  type UsersAdministrationRoutes,
} from './http/users.controller.js';
export { ModelBody, type ModelBodyOptions } from './http/model-body.js';
export { UsersRouteInterceptor } from './http/users-route.interceptor.js';
export type { ControllerOptions } from './http/users-routes.js';

export { UsersException } from './exceptions/users.exception.js';
export {
  BackendNotFoundError,
  CsrfRejectedError,
  ForbiddenError,
  MalformedBodyError,
  PayloadTooLargeError,
  SessionNotFoundError,
  UnauthorizedError,
  UnsupportedMediaTypeError,
} from './exceptions/request.errors.js';

export { describeUsers } from './openapi/describe-users.js';
export type { OpenApiDocument } from './openapi/document.js';
export type { SecurityScheme } from './openapi/security-scheme.js';
