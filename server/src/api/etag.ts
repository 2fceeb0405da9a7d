/** A strong entity tag: RFC 9110, 8.8.3. */
export function quoted(tag: string): string {
  return `"${tag}"`;
}

/**
 * True if an `If-None-Match` names the tag: lists and weak tags are understood (RFC 9110, 13.1.2
 * compares weakly).
 */
export function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.trim() === '*' || tagsOf(header).includes(etag);
}

/** The entity tags of a list, without the mark of weak ones. */
export function tagsOf(header: string): string[] {
  return [...header.matchAll(/(?:W\/)?("[^"]*")/g)].map((match) => match[1] ?? '');
}
