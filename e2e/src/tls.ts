import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Certificate } from './certificate.ts';

/** A server that ends TLS and passes everything on. */
export interface TlsProxy {
  readonly url: string;
  readonly close: () => void;
}

/** Starts a proxy with the certificate in front of an address. */
export async function tlsProxy(
  { certificate, key }: Certificate,
  target: string,
): Promise<TlsProxy> {
  const { hostname, port } = new URL(target);
  const identity = { cert: readFileSync(certificate), key: readFileSync(key) };
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
