#!/bin/sh
# Packs a program so that it unpacks itself when it starts: docker/pack.sh <file>
set -eu
apt-get -qq update
apt-get -qq install -y --no-install-recommends upx-ucl > /dev/null
# -5 starts fastest of the levels, and higher ones save less than a megabyte.
upx -5 -q "$1"
