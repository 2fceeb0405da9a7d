import type { Issue } from '@featureflags/core';

/**
 * Every code that a problem can have: its HTTP status and its title. A code is never reused with
 * another meaning. docs/errors.md explains each; a test holds the two lists equal.
 */
export const ERRORS = {
  INVALID_BODY: { status: 400, title: 'The body is not what this call takes' },
  INVALID_CONTEXT: { status: 400, title: 'The context cannot be used' },
  INVALID_HEADER: { status: 400, title: 'A header has a value that this call cannot read' },
  INVALID_KEY: { status: 400, title: 'That is not a key' },
  INVALID_QUERY: { status: 400, title: 'The query is not what this call takes' },
  MALFORMED_JSON: { status: 400, title: 'The body is not JSON' },
  TARGETING_KEY_MISSING: { status: 400, title: 'The flag is split by a key that is missing' },
  TOKEN_INVALID: { status: 401, title: 'That is not the token that the server asks for' },
  TOKEN_MISSING: { status: 401, title: 'This server asks for a token' },
  FORBIDDEN_HOST: { status: 403, title: 'This server does not answer for that host name' },
  FORBIDDEN_ORIGIN: { status: 403, title: 'Pages of other sites may not change anything' },
  FORBIDDEN_PROXY: { status: 403, title: 'This server needs a token behind a proxy' },
  ENVIRONMENT_NOT_FOUND: { status: 404, title: 'There is no such environment' },
  FLAG_NOT_FOUND: { status: 404, title: 'There is no such flag' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is no such address' },
  SEGMENT_NOT_FOUND: { status: 404, title: 'There is no such segment' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'That method does not go with that address' },
  FILE_INVALID: { status: 409, title: 'The flags file has been edited and is invalid' },
  IN_USE: { status: 409, title: 'Something else still needs it' },
  ALREADY_EXISTS: { status: 412, title: 'It exists already' },
  VERSION_CONFLICT: { status: 412, title: 'It was changed in the meantime' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  UNSUPPORTED_ENCODING: { status: 415, title: 'The body has an encoding that is not read here' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be JSON' },
  INTERNAL: { status: 500, title: 'Something went wrong in the server' },
  SHUTTING_DOWN: { status: 503, title: 'The server is stopping' },
  STORE_UNAVAILABLE: { status: 503, title: 'The store does not answer' },
} as const;

export type Code = keyof typeof ERRORS;

/** What a problem tells beside its code. */
export interface ProblemDetails {
  /** What was wrong, where, in the fewest parts that can be wrong. */
  readonly issues?: readonly Issue[];
  /** What there is now, for those who lost an update. */
  readonly current?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An error that people are told of: thrown anywhere in the server, answered by app.ts. */
export class Problem extends Error {
  readonly code: Code;
  readonly details: ProblemDetails;

  /** @param detail what was got, what was expected, what to do */
  constructor(code: Code, detail: string, details: ProblemDetails = {}) {
    super(detail, { cause: details.cause });
    this.name = 'Problem';
    this.code = code;
    this.details = details;
  }

  get status(): (typeof ERRORS)[Code]['status'] {
    return ERRORS[this.code].status;
  }
}

/** How many issues a problem lists: a body of numbers where texts belong has one for each. */
const MAX_ISSUES = 100;

/** The RFC 9457 document of a problem. */
export function problemDocument(problem: Problem, requestId: string): Record<string, unknown> {
  const { issues, current } = problem.details;
  return {
    type: `urn:featureflags:problem:${problem.code}`,
    title: ERRORS[problem.code].title,
    status: problem.status,
    detail: problem.message,
    code: problem.code,
    requestId,
    ...(issues === undefined ? {} : { issues: issues.slice(0, MAX_ISSUES) }),
    ...(current === undefined ? {} : { current }),
  };
}
