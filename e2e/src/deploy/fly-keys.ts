// What fly.toml may have, as far as our example uses it. Fly's own tool checks a file with the help
// of its API, so that nothing can check it here; these are the keys that its reference documents:
// https://fly.io/docs/reference/configuration/

/** What a value must look like. */
type Kind = RegExp | 'boolean' | 'whole number';

interface Section {
  readonly [key: string]: Kind | Section | readonly [Section];
}

const NAME = /^[a-z0-9][a-z0-9-]*$/;
const DURATION = /^(?:\d+(?:ms|s|m|h))+$/;
const SIZE = /^\d+(?:mb|gb)$/;

const CHECK: Section = {
  method: /^(?:GET|HEAD|POST)$/,
  path: /^\//,
  protocol: /^https?$/,
  interval: DURATION,
  timeout: DURATION,
  grace_period: DURATION,
};

const FILE: Section = {
  app: NAME,
  primary_region: /^[a-z]{3}$/,
  kill_signal: /^SIG[A-Z0-9]+$/,
  kill_timeout: DURATION,
  build: { image: /^[\w./-]+:[\w.-]+$/ },
  mounts: [{ source: /^[a-z0-9_]{1,30}$/, destination: /^\//, initial_size: SIZE }],
  http_service: {
    internal_port: 'whole number',
    force_https: 'boolean',
    auto_stop_machines: /^(?:off|stop|suspend)$/,
    auto_start_machines: 'boolean',
    min_machines_running: 'whole number',
    concurrency: {
      type: /^(?:connections|requests)$/,
      soft_limit: 'whole number',
      hard_limit: 'whole number',
    },
    checks: [CHECK],
  },
  vm: [{ size: /^(?:shared|performance)-cpu-\d+x$/, memory: SIZE }],
};

/** What is wrong with a fly.toml that has been read; nothing, if it is as documented. */
export function flyIssues(file: object): readonly string[] {
  return sectionIssues(file, FILE, '');
}

function sectionIssues(value: unknown, section: Section, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: expected a table`];
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => {
    const place = path === '' ? key : `${path}.${key}`;
    const kind = Object.hasOwn(section, key) ? section[key] : undefined;
    return kind === undefined ? [`${place}: there is no such key`] : issues(each, kind, place);
  });
}

function issues(
  value: unknown,
  kind: Kind | Section | readonly [Section],
  path: string,
): readonly string[] {
  if (kind instanceof RegExp) {
    const fits = typeof value === 'string' && kind.test(value);
    return fits ? [] : [`${path}: ${JSON.stringify(value)} is not like ${String(kind)}`];
  }
  if (kind === 'boolean') return typeof value === 'boolean' ? [] : [`${path}: expected a boolean`];
  if (kind === 'whole number') {
    return Number.isInteger(value) ? [] : [`${path}: expected a whole number`];
  }
  if (!isList(kind)) return sectionIssues(value, kind, path);
  if (!Array.isArray(value)) return [`${path}: expected [[${path}]]`];
  return value.flatMap((each, index) => sectionIssues(each, kind[0], `${path}[${String(index)}]`));
}

function isList(kind: Section | readonly [Section]): kind is readonly [Section] {
  return Array.isArray(kind);
}
