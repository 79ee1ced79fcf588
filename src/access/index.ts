export { PERMISSIONS, permissionsOf, type Role, ROLES } from "./permissions-model";
export { authenticate } from "./use-cases/authenticate";
export { createToken, type CreateToken } from "./use-cases/create-token";
export { ensureBootstrapToken } from "./use-cases/ensure-bootstrap-token";
export { revokeToken } from "./use-cases/revoke-token";
