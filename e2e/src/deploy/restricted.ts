// The Pod Security Standard "restricted", as far as pods without host access and with the usual kinds
// of volumes can break it: https://kubernetes.io/docs/concepts/security/pod-security-standards/

/** A pod, as a template has it under `spec`. */
export interface PodSpec {
  readonly securityContext?: SecurityContext;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly containers: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
}

export interface Container {
  readonly name: string;
  readonly securityContext?: SecurityContext;
  readonly ports?: readonly Port[];
  readonly [field: string]: unknown;
}

interface Port {
  readonly name?: string;
  readonly containerPort?: number;
  readonly hostPort?: number;
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly seccompProfile?: { readonly type: string };
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly [field: string]: unknown;
}

const VOLUMES =
  /^(?:configMap|csi|downwardAPI|emptyDir|ephemeral|persistentVolumeClaim|projected|secret)$/;

/** What the standard forbids of it; nothing, if it is admitted. */
export function restrictedIssues(pod: PodSpec): readonly string[] {
  const host = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((key) => pod[key] === true);
  const volumes = (pod.volumes ?? []).flatMap((volume) =>
    Object.keys(volume).filter((key) => key !== 'name' && !VOLUMES.test(key)),
  );
  return [...host, ...volumes, ...pod.containers.flatMap((each) => containerIssues(each, pod))];
}

function containerIssues(container: Container, pod: PodSpec): readonly string[] {
  const own = container.securityContext ?? {};
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...pod.securityContext, ...own };
  const added = (own.capabilities?.add ?? []).filter((name) => name !== 'NET_BIND_SERVICE');
  const rules: Readonly<Record<string, boolean>> = {
    runAsNonRoot: runAsNonRoot === true,
    runAsUser: runAsUser !== 0,
    seccompProfile: ['RuntimeDefault', 'Localhost'].includes(seccompProfile?.type ?? ''),
    privileged: own.privileged !== true,
    allowPrivilegeEscalation: own.allowPrivilegeEscalation === false,
    'capabilities.drop': own.capabilities?.drop?.includes('ALL') === true,
    'capabilities.add': added.length === 0,
    hostPort: (container.ports ?? []).every(({ hostPort }) => hostPort === undefined),
  };
  return Object.keys(rules).filter((rule) => rules[rule] !== true);
}
