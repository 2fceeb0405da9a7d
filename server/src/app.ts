import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';

import { absenceProblem, knownMethod } from './absent.ts';
import { ofrepFailure } from './api/ofrep.ts';
import type { Asked, Route } from './api/route.ts';
import { ROUTES } from './api/routes.ts';
import { Problem, problemDocument } from './errors.ts';
import { checkOrigin } from './hosts.ts';
import { readBody, readQuery } from './requests.ts';
import type { Services } from './services.ts';

/** The application: requests in, responses out, whatever the runtime. */
export interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** Puts the routes together. */
export function createApp(services: Services): App {
  const hono = new Hono();
  const answerer = { services, nextId: idMaker() };
  addCors(hono, services.config.corsOrigins);
  for (const route of ROUTES) {
    const call = { route, name: `${route.method.toUpperCase()} ${route.path}` };
    hono.on(route.method.toUpperCase(), honoPath(route.path), (context) =>
      answer(answerer, call, context),
    );
  }
  // Not hono.all for other methods: of two handlers for a path, Hono makes a chain of promises.
  hono.notFound((context) => refuse(answerer, context));
  return {
    fetch: (request) => hono.fetch(withAddress(request)),
  };
}

/** HTTP/1.0 needs no Host, and then Bun's address is the path alone: Hono wants a whole one. */
function withAddress(request: Request): Request {
  if (!request.url.startsWith('/')) return request;
  return new Request(`http://localhost${request.url}`, request);
}

interface Answerer {
  readonly services: Services;
  readonly nextId: () => string;
}

/** A route with its name in logs and metrics. */
interface Call {
  readonly route: Route;
  readonly name: string;
}

/** `/flags/{key}` → `/flags/:key`. */
function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Pages of these sites may evaluate; nothing else is open to them. */
function addCors(hono: Hono, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const handler = cors({
    origin: origins.includes('*') ? '*' : [...origins],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization', 'content-type', 'if-none-match', 'x-api-key', 'last-event-id'],
    exposeHeaders: ['etag', 'retry-after'],
    maxAge: 600,
  });
  for (const path of ['/evaluate', '/ofrep/*']) hono.use(path, handler);
}

/** Answers one request: measured, and with every error turned into a problem. */
function answer(answerer: Answerer, call: Call, context: Context): Response | Promise<Response> {
  const started = performance.now();
  const finish = (response: Response, requestId?: string): Response => {
    const { status } = response;
    const milliseconds = performance.now() - started;
    answerer.services.metrics.request(call.name, status, milliseconds / 1000);
    logRequest(answerer, { name: call.name, status, milliseconds, requestId });
    return response;
  };
  const succeed = (response: Response): Response => finish(response);
  const fail = (error: unknown): Response => {
    const requestId = answerer.nextId();
    const problem = problemOf(error, answerer.services, requestId);
    return finish(
      callProblem(problem, call, context) ?? problemResponse(problem, requestId),
      requestId,
    );
  };
  try {
    const outcome = handle(answerer.services, call.route, context);
    return outcome instanceof Promise ? outcome.then(succeed, fail) : finish(outcome);
  } catch (error) {
    return fail(error);
  }
}

/** A problem in the form that the call's protocol has for it, if it has one. */
function callProblem(problem: Problem, { route }: Call, { req }: Context): Response | undefined {
  return route.isOfrep === true ? ofrepFailure(problem, req.param('key')) : undefined;
}

/** Without a body nothing is waited for: the evaluation is answered in the same turn. */
function handle(services: Services, route: Route, context: Context): Response | Promise<Response> {
  const request = context.req.raw;
  const actor = services.access.admit(request, route.isPublic === true);
  if (route.writes === true) checkOrigin(request);
  const query = readQuery(route, request.url);
  const param = (name: string): string => context.req.param(name) ?? '';
  const asked = (body: unknown): Asked<unknown, unknown> => ({
    ...services,
    request,
    query,
    body,
    actor,
    param,
  });
  if (route.body === undefined) return route.handle(asked(undefined));
  return readBody(route, request, services.config.bodyLimit).then((body) =>
    route.handle(asked(body)),
  );
}

/** A problem as it is; anything else is our mistake, and the log has the whole of it. */
function problemOf(error: unknown, { log }: Services, requestId: string): Problem {
  if (error instanceof Problem && error.code !== 'INTERNAL') return error;
  const stack = (error instanceof Error && error.stack) || String(error);
  log.error('request failed', { requestId, error: stack });
  const detail = `This is a mistake of the server, not yours. Its log has more under ${requestId}.`;
  return new Problem('INTERNAL', detail);
}

function problemResponse(problem: Problem, requestId: string): Response {
  return new Response(JSON.stringify(problemDocument(problem, requestId)), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json', ...problem.details.headers },
  });
}

/** Answers what no route does. */
function refuse(answerer: Answerer, { req }: Context): Response {
  const { services, nextId } = answerer;
  const requestId = nextId();
  const problem = refusal(services, req);
  const { code: name, status } = problem;
  services.metrics.request(`${knownMethod(req.method)} ${name}`, status, 0);
  logRequest(answerer, { name, status, milliseconds: 0, requestId });
  return problemResponse(problem, requestId);
}

/** Whoever may not come in is not told what there is. */
function refusal({ access }: Services, { raw, path }: Context['req']): Problem {
  try {
    access.admit(raw, false);
    return absenceProblem(path);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

interface Answered {
  readonly name: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Undefined if nobody was told of it: then it is made here. */
  readonly requestId: string | undefined;
}

function logRequest({ services: { config, log }, nextId }: Answerer, answered: Answered): void {
  const { status } = answered;
  const isWanted =
    config.logRequests === 'all' || (config.logRequests === 'errors' && status >= 500);
  if (!isWanted) return;
  const { name, milliseconds, requestId = nextId() } = answered;
  const ms = Math.round(milliseconds * 100) / 100;
  log[status >= 500 ? 'error' : 'info']('request', { request: name, status, ms, requestId });
}

/** Ids that are unique in a log and cost next to nothing: a random start and a counter. */
function idMaker(): () => string {
  const start = crypto.randomUUID().slice(0, 8);
  let count = 0;
  return () => {
    count += 1;
    return `${start}-${count.toString(36)}`;
  };
}
