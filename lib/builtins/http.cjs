// biome-ignore lint/style/useNodejsImportProtocol: with the prefix the bundler would put this very file in its place
module.exports = require('http');
