/** An address: 4 bytes of IPv4 or 16 of IPv6. */
export type Address = readonly number[];

/** A block of addresses: those that share the first `prefix` bits with `address`. */
export interface Block {
  readonly address: Address;
  readonly prefix: number;
}

const OCTET = /^(?:0|[1-9]\d{0,2})$/;
const HEXTET = /^[0-9A-Fa-f]{1,4}$/;
const PREFIX = /^(?:0|[1-9]\d{0,2})$/;
const MAPPED_PREFIX = 96;

/** Reads an address; an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2) is its IPv4 address. */
export function readAddress(text: string): Address | undefined {
  if (!text.includes(':')) return readIpv4(text);
  const address = readIpv6(text);
  return address !== undefined && isMapped(address) ? address.slice(12) : address;
}

/** Reads `address/prefix`, or an address that stands for itself alone (RFC 4632, RFC 4291). */
export function readBlock(text: string): Block | undefined {
  const slash = text.indexOf('/');
  const host = slash === -1 ? text : text.slice(0, slash);
  const raw = host.includes(':') ? readIpv6(host) : readIpv4(host);
  if (raw === undefined) return undefined;
  const digits = slash === -1 ? String(raw.length * 8) : text.slice(slash + 1);
  const prefix = PREFIX.test(digits) ? Number(digits) : Infinity;
  if (prefix > raw.length * 8) return undefined;
  return isMapped(raw) && prefix >= MAPPED_PREFIX
    ? { address: raw.slice(12), prefix: prefix - MAPPED_PREFIX }
    : { address: raw, prefix };
}

/** True if the block holds the address; a block of one family holds none of the other. */
export function blockHolds(block: Block, address: Address): boolean {
  if (address.length !== block.address.length) return false;
  return address.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, block.prefix - index * 8));
    return (byte ^ (block.address[index] as number)) >> (8 - bits) === 0;
  });
}

function readIpv4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => OCTET.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function readIpv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => readGroups(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  // "::" stands for one group of zeros or more.
  if (tail === undefined || head.length + tail.length > 14) return undefined;
  return [...head, ...Array<number>(16 - head.length - tail.length).fill(0), ...tail];
}

/** The bytes of colon-separated groups; only the end of an address may be an IPv4 address. */
function readGroups(text: string, atEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const embedded = atEnd && index === groups.length - 1 && group.includes('.');
    const read = embedded ? readIpv4(group) : readHextet(group);
    if (read === undefined) return undefined;
    bytes.push(...read);
  }
  return bytes;
}

function readHextet(group: string): Address | undefined {
  if (!HEXTET.test(group)) return undefined;
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}

function isMapped(address: Address): boolean {
  return (
    address.length === 16 &&
    address.slice(0, 10).every((byte) => byte === 0) &&
    address[10] === 0xff &&
    address[11] === 0xff
  );
}
