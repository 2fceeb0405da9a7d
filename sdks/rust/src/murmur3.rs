//! MurmurHash3_x86_32 by Austin Appleby (public domain), <https://github.com/aappleby/smhasher>:
//! the constants are the algorithm's own. Steps `3.keyHash` and `3.fmix32` of the contract.

const C1: u32 = 0xcc9e_2d51;
const C2: u32 = 0x1b87_3593;

/// MurmurHash3 x86 32-bit of the UTF-8 bytes of `text`, with seed 0.
pub fn murmur3(text: &str) -> u32 {
    let mut hash = 0u32;
    let mut blocks = text.as_bytes().chunks_exact(4);
    for block in &mut blocks {
        hash = (hash ^ scramble(little_endian(block))).rotate_left(13);
        hash = hash.wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    // A tail of nothing scrambles to zero. The length counts modulo 2^32, as in the original.
    let tail = scramble(little_endian(blocks.remainder()));
    fmix32(hash ^ tail ^ text.len() as u32)
}

fn little_endian(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .rev()
        .fold(0, |block, &byte| block << 8 | u32::from(byte))
}

fn scramble(block: u32) -> u32 {
    block.wrapping_mul(C1).rotate_left(15).wrapping_mul(C2)
}

/// Murmur3's finalizer: every bit of the input moves every bit of the result.
#[inline]
pub fn fmix32(value: u32) -> u32 {
    let mut hash = value;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}
