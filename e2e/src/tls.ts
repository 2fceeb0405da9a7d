import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { newFolder } from './server.ts';

/** A certificate for localhost that nobody trusts who is not told to, and its key: paths of files. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate by openssl. */
export function certificate(): Certificate {
  const folder = newFolder();
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const out = ['-days', '2', '-keyout', key, '-out', cert];
  execFileSync('openssl', [...make, ...name, ...out], { stdio: 'pipe' });
  return { cert, key };
}

/** A server that ends TLS and passes everything on. */
export interface TlsProxy {
  readonly url: string;
  readonly close: () => void;
}

/** Starts a proxy with the certificate in front of an address. */
export async function tlsProxy({ cert, key }: Certificate, target: string): Promise<TlsProxy> {
  const { hostname, port } = new URL(target);
  const identity = { cert: readFileSync(cert), key: readFileSync(key) };
  const server = createServer(identity, (incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const host = `${hostname}:${port}`;
    const options = { hostname, port, method, path, headers: { ...headers, host } };
    incoming.pipe(
      request(options, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }).on('error', () => outgoing.destroy()),
    );
  });
  await new Promise<void>((tell) => void server.listen(0, '127.0.0.1', tell));
  return {
    url: `https://localhost:${String((server.address() as AddressInfo).port)}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
