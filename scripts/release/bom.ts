// A software bill of materials in CycloneDX 1.6: the same bytes for the same commit and files.

import { createHash } from 'node:crypto';

import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

/** Something that is inside of what is published, or that it brings along. */
export interface Part {
  readonly type: 'library' | 'platform';
  readonly name: string;
  readonly version: string;
  /** https://github.com/package-url/purl-spec; what a scanner finds its vulnerabilities by. */
  readonly purl: string;
  /** An SPDX identifier or expression. */
  readonly license?: string;
  readonly hash?: Hash;
  /** `optional` comes along only with a feature that is off by itself. */
  readonly scope?: 'required' | 'optional';
  /** Whether our own code uses it, not only another part. */
  readonly direct: boolean;
  /** The purls of the parts that it uses. */
  readonly uses: readonly string[];
}

interface Hash {
  readonly alg: 'SHA-256' | 'SHA-512';
  /** In hexadecimal. */
  readonly content: string;
}

/** What is published. */
export interface Subject {
  readonly type: 'application' | 'library' | 'container';
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** The files that this bill is about. */
  readonly files: readonly SubjectFile[];
}

interface SubjectFile {
  readonly name: string;
  /** In hexadecimal. */
  readonly sha256: string;
}

const LICENSE = 'Apache-2.0';

/**
 * The bill as JSON.
 * @param time when the commit was made, in seconds since 1970
 */
export function bom(subject: Subject, parts: readonly Part[], time: number): string {
  const sorted = parts.toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
  const content = {
    metadata: {
      timestamp: new Date(time * 1000).toISOString(),
      lifecycles: [{ phase: 'build' }],
      authors: [{ name: 'FeatureFlags' }],
      component: subjectOf(subject),
    },
    components: sorted.map(componentOf),
    dependencies: [
      {
        ref: subject.purl,
        dependsOn: sorted.filter(({ direct }) => direct).map(({ purl }) => purl),
      },
      ...sorted.map(({ purl, uses }) => ({ ref: purl, dependsOn: [...new Set(uses)].toSorted() })),
    ],
  };
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialOf(JSON.stringify(content)),
    version: 1,
    ...content,
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

/** What is wrong with a bill by CycloneDX' own schema, or undefined. */
export async function problemOf(bill: string): Promise<string | undefined> {
  const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
  const problem: unknown = await validator.validate(bill);
  return problem === null ? undefined : JSON.stringify(problem);
}

function subjectOf({ files, purl, ...subject }: Subject): object {
  return {
    'bom-ref': purl,
    ...subject,
    purl,
    licenses: licensesOf(LICENSE),
    components: files.map(({ name, sha256 }) => ({
      'bom-ref': `${purl}#${name}`,
      type: 'file',
      name,
      hashes: [{ alg: 'SHA-256', content: sha256 }],
    })),
  };
}

function componentOf({ type, name, version, purl, scope = 'required', ...part }: Part): object {
  const { license, hash } = part;
  return {
    'bom-ref': purl,
    type,
    name,
    version,
    scope,
    purl,
    ...(license === undefined ? {} : { licenses: licensesOf(license) }),
    ...(hash === undefined ? {} : { hashes: [hash] }),
  };
}

function licensesOf(license: string): object[] {
  // Older crates write "MIT/Apache-2.0".
  const expression = license.replaceAll(/\s*\/\s*/g, ' OR ');
  return /^[\w.+-]+$/.test(expression) ? [{ license: { id: expression } }] : [{ expression }];
}

/** A UUID of the content (version 8 of RFC 9562), so that two runs have the same. */
function serialOf(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  const [a, b, c, d, e] = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${[a, b, c, d, e].join('-')}`;
}
