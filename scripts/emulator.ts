/** Debian's emulator of arm64, in its package qemu-user-static: one file that needs nothing else. */
export const EMULATOR = '/usr/bin/qemu-aarch64-static';
