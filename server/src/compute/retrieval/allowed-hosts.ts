import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Failed } from '../../hub/failure.js';

/** Which hosts may be asked for an image: those with public addresses, and those that the user allows by name. */
export class AllowedHosts {
  private readonly allowed: ReadonlySet<string>;

  constructor(privateHosts: readonly string[]) {
    this.allowed = new Set(privateHosts.map((host) => host.toLowerCase()));
  }

  /** Refuses what an address alone shows; a name is looked at again when it is resolved. */
  require(url: URL): void {
    if (!/^https?:$/.test(url.protocol)) throw refused(`${url.protocol}// is no address of the web`);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (ipaddr.isValid(host)) this.requirePublic(host, host);
  }

  /** Resolves a name for the connection that is made with the answer: nobody can give another one in between. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      try {
        for (const { address } of addresses) this.requirePublic(host, address);
      } catch (refusal) {
        return callback(refusal as Error, []);
      }
      if (options.all) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
  };

  private requirePublic(host: string, address: string): void {
    if (this.allowed.has(host.toLowerCase()) || ipaddr.process(address).range() === 'unicast') return;
    throw refused(`${host} is no public address`);
  }
}

function refused(message: string): Failed {
  return new Failed('result-address-refused', message, {
    hint: 'If it is a machine of yours, name it in `privateHosts`.',
  });
}
