// The control plane's API, typed by its own OpenAPI.

export type { components, operations, paths } from './generated/api.d.ts';
