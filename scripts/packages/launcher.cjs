#!/usr/bin/env node
// What npx starts, as bin/<name>.cjs of the packages of programs. In old syntax, so that an old Node
// (from 12 on) comes as far as saying which one is needed.
/* oxlint-disable no-var */
'use strict';

var manifest = require('../package.json');
var needed = manifest.engines.node.replace('>=', '');
var got = process.versions.node;

if (process.versions.bun || isEnough(got.split('.'), needed.split('.'))) {
  hideWarning();
  void import('../dist/main.js').then(function (program) {
    return program.main();
  });
} else {
  console.error(
    manifest.name +
      ' needs Node ' +
      needed +
      ' or later, and this is Node ' +
      got +
      ': ' +
      'install a newer one (https://nodejs.org), or use Bun: bunx ' +
      manifest.name,
  );
  process.exitCode = 1;
}

function isEnough(version, minimum) {
  var difference = version[0] - minimum[0] || version[1] - minimum[1];
  return difference >= 0;
}

// Node 24.11 says that its SQLite is experimental, 24.21 does not any more. Whoever starts a server can do
// nothing about that; every other warning is shown.
function hideWarning() {
  var emitWarning = process.emitWarning;
  process.emitWarning = function (warning, type) {
    if (type === 'ExperimentalWarning' && String(warning).startsWith('SQLite ')) return;
    emitWarning.apply(process, arguments);
  };
}
