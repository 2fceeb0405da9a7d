import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';

import { ofrepFailure } from './api/ofrep.ts';
import type { Asked, Route } from './api/route.ts';
import { ROUTES } from './api/routes.ts';
import { Problem, problemDocument } from './errors.ts';
import { checkOrigin, hostCheck } from './hosts.ts';
import { readBody, readQuery } from './requests.ts';
import type { Services } from './services.ts';

/** The application: requests in, responses out, whatever the runtime. */
export interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
}

/** Puts the routes together. */
export function createApp(services: Services): App {
  const hono = new Hono();
  const checkHost = hostCheck(services.config.host);
  const answerer = { services, checkHost, nextId: idMaker() };
  addCors(hono, services.config.corsOrigins);
  for (const route of ROUTES) {
    hono.on(route.method.toUpperCase(), honoPath(route.path), (context) =>
      answer(answerer, route, context),
    );
  }
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    hono.all(honoPath(path), (context) => refuse(answerer, context, methodProblem(path)));
  }
  hono.notFound((context) => refuse(answerer, context, routeProblem(context.req.path)));
  return { fetch: (request) => hono.fetch(request) };
}

interface Answerer {
  readonly services: Services;
  readonly checkHost: (request: Request) => void;
  readonly nextId: () => string;
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
function answer(answerer: Answerer, route: Route, context: Context): Response | Promise<Response> {
  const { services } = answerer;
  const started = performance.now();
  const requestId = answerer.nextId();
  const request = context.req.raw;
  const finish = (response: Response): Response => {
    const name = `${route.method.toUpperCase()} ${route.path}`;
    const milliseconds = performance.now() - started;
    services.metrics.request(name, response.status, milliseconds / 1000);
    logRequest(services, { name, status: response.status, milliseconds, requestId });
    return response;
  };
  const fail = (error: unknown): Response => {
    const problem = problemOf(error, services, requestId);
    const key = route.isOfrep === true ? context.req.param('key') : undefined;
    const own = route.isOfrep === true ? ofrepFailure(problem, key) : undefined;
    return finish(own ?? problemResponse(problem, requestId));
  };
  try {
    answerer.checkHost(request);
    const outcome = handle(services, route, context, requestId);
    return outcome instanceof Promise ? outcome.then(finish, fail) : finish(outcome);
  } catch (error) {
    return fail(error);
  }
}

/** Without a body nothing is waited for: the evaluation is answered in the same turn. */
function handle(
  services: Services,
  route: Route,
  context: Context,
  requestId: string,
): Response | Promise<Response> {
  const request = context.req.raw;
  if (route.writes === true) checkOrigin(request);
  const asked: Asked<unknown, unknown> = {
    ...services,
    request,
    requestId,
    query: readQuery(route, request.url),
    body: undefined,
    param: (name) => context.req.param(name) ?? '',
  };
  if (route.body === undefined) return route.handle(asked);
  return readBody(route, request, services.config.bodyLimit).then((body) =>
    route.handle({ ...asked, body }),
  );
}

/** A problem as it is; anything else is our mistake, and the log has the whole of it. */
function problemOf(error: unknown, { log }: Services, requestId: string): Problem {
  if (error instanceof Problem && error.code !== 'INTERNAL') return error;
  const stack = error instanceof Error ? error.stack : String(error);
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

function refuse({ services, nextId }: Answerer, context: Context, problem: Problem): Response {
  const requestId = nextId();
  const { status } = problem;
  services.metrics.request(`${knownMethod(context.req.method)} ${problem.code}`, status, 0);
  logRequest(services, { name: problem.code, status, milliseconds: 0, requestId });
  return problemResponse(problem, requestId);
}

/** Methods come from clients: what is none must not become a label of a metric. */
function knownMethod(method: string): string {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].includes(method)
    ? method
    : 'OTHER';
}

function methodProblem(path: string): Problem {
  const methods = ROUTES.filter((route) => route.path === path).map(({ method }) =>
    method.toUpperCase(),
  );
  const allow = methods.join(', ');
  return new Problem('METHOD_NOT_ALLOWED', `${path} takes ${allow}.`, { headers: { allow } });
}

function routeProblem(path: string): Problem {
  return new Problem(
    'ROUTE_NOT_FOUND',
    `There is nothing at ${path}; /openapi.json lists what there is.`,
  );
}

interface Answered {
  readonly name: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId: string;
}

function logRequest({ config, log }: Services, answered: Answered): void {
  const { name, status, milliseconds, requestId } = answered;
  const isWanted =
    config.logRequests === 'all' || (config.logRequests === 'errors' && status >= 500);
  if (!isWanted) return;
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
