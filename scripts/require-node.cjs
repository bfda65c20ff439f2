'use strict';

// Runs before anything else, on whatever Node there is: old syntax only. Node runs our .ts files as they are from
// 22.18 on; older ones fail in ways that do not say so.
var needed = [22, 18];
var found = process.versions.node.split('.').map(Number);
var isOld = found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1]);

if (isOld) {
  console.error(
    'Centinela necesita Node ' +
      needed.join('.') +
      ' o posterior; este es ' +
      process.versions.node +
      ' / Centinela needs Node ' +
      needed.join('.') +
      ' or later; this is ' +
      process.versions.node,
  );
  process.exit(1);
}
