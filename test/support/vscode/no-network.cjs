/*
 * Loaded into every process of a VS Code before anything else (NODE_OPTIONS): who asks for more than this machine gets an
 * error, and is written down in the folder $LOOKALIKE_NO_NETWORK, as is every process that is watched.
 */
const { appendFileSync } = require('node:fs');
const dns = require('node:dns');
const net = require('node:net');
const { join } = require('node:path');

const folder = process.env.LOOKALIKE_NO_NETWORK;
const note = (file, text) => appendFileSync(join(folder, file), `${text}\n`);
const who = process.argv.slice(1).join(' ');
note('watched', who);

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '::ffff:127.0.0.1']);

function refuse(host) {
  note('refused', `${host} by ${who}`);
  return Object.assign(new Error(`There is no network here: ${host}`), { code: 'ENETUNREACH' });
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [options] = Array.isArray(args[0]) ? args[0] : args;
  const port = typeof options === 'object' ? options.port : Number.isInteger(options) ? options : undefined;
  const host = typeof options === 'object' ? options.host : typeof args[1] === 'string' ? args[1] : undefined;
  // Without a port it is a pipe of this machine.
  if (port !== undefined && host && !LOOPBACK.has(host)) throw refuse(host);
  return connect.apply(this, args);
};

for (const module of [dns, dns.promises]) {
  const { lookup } = module;
  module.lookup = (host, ...rest) => {
    if (!host || LOOPBACK.has(host)) return lookup(host, ...rest);
    throw refuse(host);
  };
}
