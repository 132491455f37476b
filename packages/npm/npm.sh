#!/bin/sh
# npm.sh VERSION OS-CPU=LIBRARY...: make the npm packages in dist/: one without a
# library, sqlite-orm-ext, and one for each platform. Run it from the top.

set -eu
version=$1
shift
here=$(dirname "$0")
dist=$(pwd)/dist

pack() { # pack DIRECTORY
  cp LICENSE "$1/"
  (cd "$1" && npm pack --silent --pack-destination "$dist" >/dev/null)
}

rm -rf build/npm
mkdir -p build/npm/main
cp "$here"/index.* build/npm/main/
sed "s/@version@/$version/" "$here/package.json" >build/npm/main/package.json
pack build/npm/main
for platform; do
  target=${platform%%=*} library=${platform#*=}
  mkdir -p "build/npm/$target"
  cp "$library" "build/npm/$target/orm.${library##*.}"
  sed -e "s/@version@/$version/; s/@ending@/${library##*.}/" \
    -e "s/@os@/${target%-*}/g; s/@cpu@/${target#*-}/g" \
    "$here/platform.json" >"build/npm/$target/package.json"
  pack "build/npm/$target"
done
