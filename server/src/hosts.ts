import { Problem } from './errors.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Browsers ask nobody where these names lead (the Fetch Standard's "potentially trustworthy"). */
const BELOW_LOCALHOST = /^(?:[\w-]+\.)+localhost$/i;

/**
 * True if only programs on this machine can reach the address. A name below localhost is none: who
 * listens on it asks the system, and its hosts file or DNS may say any address.
 */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/**
 * Makes the check of a request's Host. On loopback, only loopback's own names are answered: a page
 * whose name was made to point here (DNS rebinding) sends another.
 * @returns a function that throws FORBIDDEN_HOST
 */
export function hostCheck(listeningOn: string): (request: Request) => void {
  if (!isLoopback(listeningOn)) return () => undefined;
  let known = '';
  return (request) => {
    const host = request.headers.get('host');
    if (host === known || host === null) return;
    if (!isLocalName(nameOf(host))) {
      const detail =
        `This server listens on ${listeningOn} and answers for that, not for ${JSON.stringify(host)}. ` +
        'Behind a proxy, set admin_token (FF_ADMIN_TOKEN): who asks for a token answers for any name.';
      throw new Problem('FORBIDDEN_HOST', detail);
    }
    known = host;
  };
}

/**
 * Refuses what a proxy passed on: it may let in the whole world by a name of this machine, nginx for
 * one if nobody tells it to keep the Host. @throws FORBIDDEN_PROXY
 */
export function checkForwarded({ headers }: Request): void {
  const name = ['x-forwarded-for', 'forwarded'].find((each) => headers.has(each));
  if (name === undefined) return;
  const detail =
    `A proxy passed this on (${name}), and this server asks nobody for a token. Set admin_token ` +
    '(FF_ADMIN_TOKEN), or insecure if the proxy itself keeps others out.';
  throw new Problem('FORBIDDEN_PROXY', detail);
}

/**
 * Refuses what a page of another site sends: browsers say so in Sec-Fetch-Site, older ones in
 * Origin. @throws FORBIDDEN_ORIGIN
 */
export function checkOrigin({ headers }: Request): void {
  const site = headers.get('sec-fetch-site');
  const origin = headers.get('origin');
  const isForeign =
    site === null
      ? origin !== null && hostOf(origin) !== headers.get('host')
      : site !== 'same-origin' && site !== 'none';
  if (!isForeign) return;
  const detail = `A page of ${origin ?? 'another site'} sent this. Nothing was changed.`;
  throw new Problem('FORBIDDEN_ORIGIN', detail);
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}

function isLocalName(name: string): boolean {
  return isLoopback(name) || BELOW_LOCALHOST.test(name);
}

/** A host without its port. */
function nameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}
