// The ways to a first answer, as docs/install.md prints them. Each is a script that begins with the
// first command and ends with the first answer.

/** What a way finds on a machine that has nothing of ours. */
export interface Way {
  readonly name: string;
  /** What the docs ask for, in their words. */
  readonly needs: string;
  /** Debian's release, and its packages that stand for what is asked for. */
  readonly suite: string;
  readonly packages: readonly string[];
  /** True if Node and npm are asked for too. */
  readonly hasNode: boolean;
  /** Files of dist/ that the way downloads, and their names on the machine. */
  readonly files: Readonly<Record<string, string>>;
  /** True if the commands download more by themselves. */
  readonly isOnline: boolean;
  /** The commands, in a shell that stops at the first one that fails. */
  readonly script: string;
}

const QUESTION = 'http://localhost:8080/evaluate?flag=new_checkout&user_id=123';

/** Waits for the server as a person would: by asking again. */
const WAIT = 'until curl -sf http://localhost:8080/health > /dev/null; do sleep 0.02; done';

const SOURCE: Way = {
  name: 'source',
  needs: 'Node 20 or later, npm, git, make, curl',
  suite: 'trixie',
  packages: ['curl', 'git', 'make', 'ca-certificates'],
  hasNode: true,
  files: {},
  isOnline: true,
  script: `git clone -q /repository featureflags
cd featureflags
make start &
${WAIT}
npx ffctl create new_checkout
curl -sf "${QUESTION}"`,
};

/** The ways for a version and an architecture. */
export function waysOf(version: string, architecture: 'amd64' | 'arm64'): readonly Way[] {
  return [image(version, architecture), binary(architecture), npx(version), SOURCE];
}

function image(version: string, architecture: string): Way {
  return {
    name: 'image',
    needs: 'Docker or Podman, curl',
    // Debian's later Podman wants control groups of version 2, which not every machine has.
    suite: 'bookworm',
    packages: ['podman', 'podman-docker', 'runc', 'iptables', 'curl'],
    hasNode: false,
    files: {
      [`image/featureflags-server-${version}-docker-${architecture}.tar.gz`]: 'image.tar.gz',
    },
    isOnline: false,
    script: `gunzip -c image.tar.gz | docker load -q
mkdir -m 1777 flags
docker run -d --name featureflags -p 8080:8080 -v ./flags:/data featureflags/server:${version}
${WAIT}
token=$(docker logs featureflags | grep -o 'ff_admin_[A-Za-z0-9_-]*' | head -n 1)
docker exec -e FF_TOKEN=$token featureflags ffctl create new_checkout
curl -sf -H "Authorization: Bearer $token" "${QUESTION}"`,
  };
}

function binary(architecture: string): Way {
  return {
    name: 'binary',
    needs: 'curl',
    suite: 'trixie',
    packages: ['curl'],
    hasNode: false,
    files: { [`binaries/ffctl-linux-${architecture}`]: 'ffctl' },
    isOnline: false,
    script: `chmod +x ffctl
./ffctl serve &
${WAIT}
./ffctl create new_checkout
curl -sf "${QUESTION}"`,
  };
}

function npx(version: string): Way {
  return {
    name: 'npx',
    needs: 'Node 24.11 or later, curl',
    suite: 'trixie',
    packages: ['curl'],
    hasNode: true,
    files: {
      [`packages/featureflags-${version}.tgz`]: 'featureflags.tgz',
      [`packages/ffctl-${version}.tgz`]: 'ffctl.tgz',
    },
    isOnline: false,
    script: `npx --yes ./featureflags.tgz &
${WAIT}
npx --yes ./ffctl.tgz create new_checkout
curl -sf "${QUESTION}"`,
  };
}
