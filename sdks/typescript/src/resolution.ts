import type { Details } from './details.ts';

type FlagMetadata = Record<string, string | number | boolean>;

/** Details in the words of OpenFeature's SDKs. */
export interface Resolution<T, Code> {
  value: T;
  variant?: string;
  reason: string;
  errorCode?: Code;
  errorMessage?: string;
  flagMetadata: FlagMetadata;
}

/** Details as both SDKs take them. @typeParam Code the SDK's own type for codes, the same words */
export function resolutionOf<T, Code>(details: Details<unknown>): Resolution<T, Code> {
  const { value, variant, reason, errorCode, errorMessage, ruleId, version } = details;
  const flagMetadata: FlagMetadata = { ...details.metadata };
  if (ruleId !== undefined) flagMetadata['ruleId'] = ruleId;
  if (version !== undefined) flagMetadata['snapshotVersion'] = version;
  const resolution: Resolution<T, Code> = { value: value as T, reason, flagMetadata };
  if (variant !== undefined) resolution.variant = variant;
  if (errorCode !== undefined) resolution.errorCode = errorCode as Code;
  if (errorMessage !== undefined) resolution.errorMessage = errorMessage;
  return resolution;
}
