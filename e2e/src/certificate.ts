import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

import { run } from './programs.ts';
import { newFolder } from './server.ts';

/** Paths of a certificate for localhost, in PEM, which nobody trusts who is not told to. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Without openssl there is no certificate: `make test` says at its end what was left out. */
export const HAS_OPENSSL: boolean = spawnSync('openssl', ['version']).status === 0;

/** Makes a certificate by openssl, for a day. */
export async function makeCertificate(): Promise<Certificate> {
  const folder = newFolder();
  const [certificate, key] = [join(folder, 'fullchain.pem'), join(folder, 'privkey.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  const request = ['req', '-x509', '-days', '1', ...curve, ...names, ...files];
  const { code, err } = await run(['openssl', ...request]);
  if (code !== 0) throw new Error(`openssl made no certificate: ${err}`);
  return { certificate, key };
}

/** From now on this process believes the certificate, beside those it believed before. */
export function trust({ certificate }: Certificate): void {
  setDefaultCACertificates([
    ...getCACertificates('default'),
    readFileSync(certificate, { encoding: 'utf8' }),
  ]);
}
