// jest's transform: Node 24 removes the types itself, lines and columns stay where they were.
const { createHash } = require('node:crypto');
const { stripTypeScriptTypes } = require('node:module');

module.exports = {
  process: (source) => ({ code: stripTypeScriptTypes(source, { mode: 'strip' }) }),
  getCacheKey: (source) =>
    createHash('sha256').update(process.version).update(source).digest('hex'),
};
