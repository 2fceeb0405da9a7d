import type { JsonObject } from '@featureflags/core';

import type { Code } from '../errors.ts';
import type { Services } from '../services.ts';

type Method = 'get' | 'post' | 'delete';

/** A JSON Schema (2020-12), as OpenAPI 3.1 embeds it. */
export type Schema = JsonObject;

/** One call of the API: what it takes, what it does, what it may answer. */
export interface Route<Query = unknown, Body = unknown> {
  readonly method: Method;
  /** With parameters as OpenAPI writes them: `/flags/{key}`. */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** The schema of the query, which is an object of strings; left out, the call takes none. */
  readonly query?: Schema;
  /** The body; left out, the call takes none. */
  readonly body?: BodyRule;
  /** Status → what it means, and the schema of the answer where that is JSON. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** Problems that the call itself can have, beside those that any call can. */
  readonly problems: readonly Code[];
  /** True if pages of other sites may not make it: it changes something. */
  readonly writes?: boolean;
  /** True if it needs no token. */
  readonly isPublic?: boolean;
  /** True if its problems are told in OFREP's form. */
  readonly isOfrep?: boolean;
  readonly handle: (asked: Asked<Query, Body>) => Response | Promise<Response>;
}

export interface Answer {
  readonly description: string;
  readonly schema?: Schema;
  /** Where the answer is not JSON. */
  readonly type?: string;
}

/** How a body is read and documented: by one schema. */
export interface BodyRule {
  readonly schema: Schema;
  /** True if the body may be left out. */
  readonly optional?: boolean;
  /** True if core judges what is in the object: it knows more than a schema can say. */
  readonly isJudgedByCore?: boolean;
  /** True of what certainly fits the schema, where its validator takes too long for the usual case. */
  readonly surelyFits?: (value: unknown) => boolean;
  /** How many elements and fields there can be in lists and objects at most; beyond it nothing is looked at. */
  readonly mostValues?: number;
}

/** A request, read. */
export interface Asked<Query, Body> extends Services {
  readonly request: Request;
  readonly query: Query;
  readonly body: Body;
  /** What the audit calls whoever asks, unless they say who they are. */
  readonly actor: string;
  /** The value of a path's parameter, decoded. */
  readonly param: (name: string) => string;
}

/** Declares a route; its handler says which types the schemas stand for. */
export function route<Query, Body>(declared: Route<Query, Body>): Route {
  return declared as unknown as Route;
}

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return rawJson(JSON.stringify(body), status, headers);
}

/** A JSON answer whose text is there already. */
export function rawJson(
  text: string,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(text, {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}
