import { ROUTES } from './api/routes.ts';
import { Problem } from './errors.ts';

/** Each path of the API as a pattern of the addresses that it stands for. */
const PATHS = [...new Set(ROUTES.map(({ path }) => path))].map((path) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}));

/** Why no route answers at the address: the method is another, or there is nothing. */
export function absenceProblem(address: string): Problem {
  const known = PATHS.find(({ pattern }) => pattern.test(address));
  return known === undefined ? routeProblem(address) : methodProblem(known.path);
}

/** Methods come from clients: what is none must not become a label of a metric. */
export function knownMethod(method: string): string {
  return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'].includes(method)
    ? method
    : 'OTHER';
}

function methodProblem(path: string): Problem {
  const methods = ROUTES.filter((route) => route.path === path).flatMap(({ method }) =>
    // Whatever can be read answers HEAD too: RFC 9110, 9.1.
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
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
