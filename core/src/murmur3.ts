// MurmurHash3_x86_32 by Austin Appleby (public domain), https://github.com/aappleby/smhasher:
// the constants below are the algorithm's own.
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/**
 * MurmurHash3 x86 32-bit of the UTF-8 bytes of `text`, with seed 0.
 * A lone surrogate is read as U+FFFD.
 * @returns an unsigned 32-bit integer
 */
export function murmur3(text: string): number {
  const length = text.length;
  let hash = 0;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    const a = text.charCodeAt(index);
    const b = text.charCodeAt(index + 1);
    const c = text.charCodeAt(index + 2);
    const d = text.charCodeAt(index + 3);
    if ((a | b | c | d) > 0x7f) return murmur3Bytes(new TextEncoder().encode(text));
    hash = mixBody(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let shift = 0; index < length; index += 1, shift += 8) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return murmur3Bytes(new TextEncoder().encode(text));
    tail |= code << shift;
  }
  // An all-zero tail scrambles to zero, so that no length check is needed.
  return fmix32(hash ^ scramble(tail) ^ length);
}

/** The same over bytes; the way of every text that is not plain ASCII. */
function murmur3Bytes(bytes: Uint8Array): number {
  const blocks = bytes.length >> 2;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let hash = 0;
  for (let block = 0; block < blocks; block += 1) {
    hash = mixBody(hash, view.getInt32(block * 4, true));
  }
  let tail = 0;
  for (let index = blocks * 4; index < bytes.length; index += 1) {
    tail |= view.getUint8(index) << ((index & 3) * 8);
  }
  return fmix32(hash ^ scramble(tail) ^ bytes.length);
}

function scramble(block: number): number {
  const mixed = Math.imul(block, C1);
  return Math.imul((mixed << 15) | (mixed >>> 17), C2);
}

function mixBody(hash: number, block: number): number {
  const mixed = hash ^ scramble(block);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/**
 * Murmur3's finalizer: every bit of the input moves every bit of the result.
 * @returns an unsigned 32-bit integer
 */
export function fmix32(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
