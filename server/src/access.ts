import type { Config } from './config.ts';
import { Problem } from './errors.ts';
import { checkForwarded, hostCheck, isLoopback } from './hosts.ts';

/** Who may ask: from a request to an actor. */
export interface Access {
  /**
   * @param isPublic true of calls that need no token
   * @returns what the audit calls those who do not say who they are
   * @throws TOKEN_MISSING, TOKEN_INVALID, FORBIDDEN_HOST, FORBIDDEN_PROXY
   */
  readonly admit: (request: Request, isPublic: boolean) => string;
}

const NOBODY = 'anonymous';
const ADMIN = 'admin-token';

/**
 * Asks nobody for a token. Then the Host of a request is all that keeps other sites' pages out, and
 * on loopback what a proxy passed on is from who knows where: `insecure` says that this is meant.
 */
export function openAccess({ host, insecure }: Pick<Config, 'host' | 'insecure'>): Access {
  const checkHost = hostCheck(host);
  const mayBeForwarded = insecure || !isLoopback(host);
  return {
    admit: (request) => {
      checkHost(request);
      if (!mayBeForwarded) checkForwarded(request);
      return NOBODY;
    },
  };
}

/**
 * Asks for one token. Any Host is answered: a page that was pointed here does not know the token,
 * and a proxy on this machine passes on its own name.
 * @param digest the token's SHA-256, in base64url
 */
export async function tokenAccess(digest: string): Promise<Access> {
  // Loaded where it is used: sha256.ts has the figure.
  const { hash, timingSafeEqual } = await import('node:crypto');
  const expected = Buffer.from(digest, 'base64url');
  return {
    admit: ({ headers }, isPublic) => {
      if (isPublic) return NOBODY;
      const token = tokenOf(headers);
      if (token === undefined) throw refusal('TOKEN_MISSING', MISSING);
      // Digests are of one length: how long the comparison takes tells nothing of the token.
      const isRight = timingSafeEqual(hash('sha256', token, 'buffer'), expected);
      if (!isRight) throw refusal('TOKEN_INVALID', INVALID);
      return ADMIN;
    },
  };
}

/** RFC 9110, 11.1: the scheme's case does not count. */
const BEARER = /^bearer +(.+)$/i;

/** A proxy may use `Authorization` for itself (Basic): then `X-API-Key` has the token. */
function tokenOf(headers: Headers): string | undefined {
  const bearer = BEARER.exec(headers.get('authorization') ?? '')?.[1];
  const token = bearer ?? headers.get('x-api-key') ?? '';
  return token === '' ? undefined : token;
}

const MISSING = 'Send it as "Authorization: Bearer TOKEN" or as "X-API-Key: TOKEN".';
const INVALID =
  'The right one is what its log showed when it was made, or what its admin_token (FF_ADMIN_TOKEN) says.';

function refusal(code: 'TOKEN_MISSING' | 'TOKEN_INVALID', detail: string): Problem {
  // RFC 6750, 3: a 401 says how to come in.
  const headers = { 'www-authenticate': 'Bearer realm="featureflags"' };
  return new Problem(code, detail, { headers });
}
