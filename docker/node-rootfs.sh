#!/bin/sh
# Puts together the image on Node that the others are measured against: docker/node-rootfs.sh <folder>
set -eu
out=$1

apt-get -qq update
apt-get -qq install -y --no-install-recommends binutils > /dev/null
mkdir -p "$out/bin" "$out/app" "$out/tmp"
node -e 'import("/build/scripts/packages/npm-program.ts").then((it) => it.buildProgram("ffctl", process.argv[1]))' "$out/app"
strip -s -o "$out/bin/node" "$(command -v node)"
# Not in the pipe: there nobody would see it fail.
libraries=$(ldd "$out/bin/node")
echo "$libraries" | grep -oE '/[^ ]+' | sort -u | while read -r file; do
  mkdir -p "$out$(dirname "$file")"
  cp -L "$file" "$out$file"
done
