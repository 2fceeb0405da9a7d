import { EXIT, Failure, type ExitCode } from './failure.ts';
import { printable } from './look.ts';

/** An RFC 9457 problem document, as the server sends it. */
export interface Problem {
  readonly title: string;
  readonly detail?: string;
  readonly code: string;
  readonly requestId?: string;
  readonly issues?: readonly ProblemIssue[];
}

export interface ProblemIssue {
  readonly path: string;
  readonly message: string;
  readonly code?: string;
}

const EXIT_CODES: Readonly<Record<string, ExitCode>> = {
  FLAG_NOT_FOUND: EXIT.notFound,
  SEGMENT_NOT_FOUND: EXIT.notFound,
  ENVIRONMENT_NOT_FOUND: EXIT.notFound,
  VERSION_CONFLICT: EXIT.conflict,
  ALREADY_EXISTS: EXIT.conflict,
  IN_USE: EXIT.conflict,
  INVALID_KEY: EXIT.wrongUse,
  INVALID_QUERY: EXIT.wrongUse,
};

/** What the server refused, with everything it said about why. */
export class Refusal extends Failure {
  readonly code: string;
  readonly issues: readonly ProblemIssue[];

  constructor(exitCode: ExitCode, message: string, problem: Problem) {
    super(exitCode, message);
    this.name = 'Refusal';
    this.code = problem.code;
    this.issues = problem.issues ?? [];
  }
}

/** A problem document as the failure of a command. */
export function problemFailure(problem: Problem): Refusal {
  return new Refusal(exitCodeOf(problem), problemWords(problem), problem);
}

function exitCodeOf(problem: Problem): ExitCode {
  const known = EXIT_CODES[problem.code];
  if (known !== undefined) return known;
  if (isUnreadable(problem)) return EXIT.wrongUse;
  return namesNothing(problem) ? EXIT.notFound : EXIT.failed;
}

/** A variant or a segment that is not there, in a change of one flag; not in a whole document. */
function namesNothing({ code, issues = [] }: Problem): boolean {
  const isName = ({ path, code: kind }: ProblemIssue): boolean =>
    kind === 'reference' && !/^\/(?:flags|segments)\//.test(path);
  return code === 'INVALID_BODY' && issues.length > 0 && issues.every(isName);
}

/** A condition with a value that only the server can tell is none, a network or a version say. */
function isUnreadable({ code, issues = [] }: Problem): boolean {
  const written = /^\/(?:rules\/\d+\/when|any\/\d+)\/\d+\/(?:op|values)(?:\/|$)/;
  return (
    code === 'INVALID_BODY' && issues.length > 0 && issues.every(({ path }) => written.test(path))
  );
}

/** What the server cannot know: how this program sends a token. */
const ADVICE: Readonly<Record<string, string>> = {
  TOKEN_MISSING:
    'set FF_TOKEN to it. Its log showed it when it was made, or its admin_token (FF_ADMIN_TOKEN) says it.',
  TOKEN_INVALID:
    'FF_TOKEN, --token or token in featureflags.toml has another. The right one is what its log ' +
    'showed when it was made, or what its admin_token (FF_ADMIN_TOKEN) says.',
};

function problemWords(problem: Problem): string {
  const title = printable(problem.title);
  const detail = ADVICE[problem.code] ?? printable(problem.detail ?? problem.title);
  // What is missing is named in the detail; the title would say it a second time.
  const head = detail === title || isMissing(problem) ? detail : `${title}: ${detail}`;
  const id = problem.requestId === undefined ? '' : `, request ${printable(problem.requestId)}`;
  // A single issue is told in the detail already, with its path.
  const issues = (problem.issues ?? []).length > 1 ? (problem.issues ?? []) : [];
  return [head, ...issues.map(issueWords), `  (${printable(problem.code)}${id})`].join('\n');
}

function isMissing({ code }: Problem): boolean {
  return EXIT_CODES[code] === EXIT.notFound;
}

/** One issue with where it is. */
function issueWords({ path, message }: ProblemIssue): string {
  const where = path === '' ? 'the document itself' : printable(path);
  return `  ${where}: ${printable(message)}`;
}
