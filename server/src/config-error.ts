/** A mistake in the configuration: the message says which key, where, and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
