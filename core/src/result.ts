import type { Json } from './json.ts';

/** Why a value was served: those of OpenFeature's standard reasons that an evaluation can have. */
export type Reason = 'STATIC' | 'DEFAULT' | 'TARGETING_MATCH' | 'SPLIT' | 'DISABLED' | 'ERROR';

/** What went wrong: those of OpenFeature's error codes that an evaluation can have. */
export type ErrorCode = 'FLAG_NOT_FOUND' | 'PARSE_ERROR' | 'TARGETING_KEY_MISSING';

/** What OFREP lets metadata hold. */
export type Metadata = Readonly<Record<string, string | number | boolean>>;

/** A value that was served. Results are shared between evaluations and never changed. */
export interface Served {
  readonly key: string;
  readonly value: Json;
  readonly variant: string;
  readonly reason: Exclude<Reason, 'ERROR'>;
  readonly ruleId?: string;
  readonly metadata: Metadata;
}

/** An evaluation that could serve nothing: the caller's default stands in. */
export interface Failed {
  readonly key: string;
  readonly reason: 'ERROR';
  readonly errorCode: ErrorCode;
  readonly errorMessage: string;
  readonly metadata: Metadata;
}

export type Result = Served | Failed;
