#!/bin/sh
# Puts together what is in the image, for one architecture: docker/rootfs.sh amd64|arm64 <folder>
# Runs in the build stage, on Debian 13 of any architecture: nothing of the other one is run.
set -eu
arch=$1 out=$2

mkdir -p "$out/bin" "$out/etc" "$out/licenses" "$out/tmp" /owned/data
chmod 1777 "$out/tmp"

node scripts/binaries/compile.ts "linux-$arch" "$out/bin/ffctl" "$out/licenses/third-party.txt"

# The C library, as Debian packs it.
dpkg --add-architecture "$arch"
apt-get -qq update
work=$(mktemp -d)
(cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "libc6:$arch" && dpkg -x libc6_*.deb .)
case $arch in
  amd64) triplet=x86_64-linux-gnu loader=lib64/ld-linux-x86-64.so.2 ;;
  arm64) triplet=aarch64-linux-gnu loader=lib/ld-linux-aarch64.so.1 ;;
  *) echo "There is no image for $arch; expected amd64 or arm64." >&2; exit 2 ;;
esac
mkdir -p "$out/lib/$triplet" "$out/$(dirname $loader)"
for name in libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2; do
  cp -L "$work/usr/lib/$triplet/$name" "$out/lib/$triplet/"
done
cp -L "$work/usr/lib/$triplet/$(basename $loader)" "$out/$loader"

# Who the program runs as; the names are only for people.
echo 'featureflags:x:65532:65532:FeatureFlags:/data:/bin/false' > "$out/etc/passwd"
echo 'featureflags:x:65532:' > "$out/etc/group"

cp LICENSE "$out/licenses/featureflags.txt"
cp "$work/usr/share/doc/libc6/copyright" "$out/licenses/glibc.txt"
