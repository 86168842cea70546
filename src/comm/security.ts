/**
 * The certificates of a cluster, by the names that Dask gives them. Who holds one that the cluster's authority signed
 * belongs to the cluster, wherever it runs: host names are not compared, as workers come and go on any host.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { InputError } from '../util/errors.js';
import { checkOptionNames } from '../util/options.js';
import { createCertificate } from './certificate.js';

export type SecurityRole = 'scheduler' | 'worker' | 'client';
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** Certificates and keys are the paths of PEM files, or PEM text itself. */
export interface SecurityOptions {
  /** The authority that signed all the certificates. */
  readonly tlsCaFile?: string;
  readonly tlsSchedulerCert?: string;
  readonly tlsSchedulerKey?: string;
  readonly tlsWorkerCert?: string;
  readonly tlsWorkerKey?: string;
  readonly tlsClientCert?: string;
  readonly tlsClientKey?: string;
  /** Whether tcp:// addresses are refused (default true). */
  readonly requireEncryption?: boolean;
  /** The oldest version of TLS to speak (default TLSv1.3). */
  readonly tlsMinVersion?: TlsVersion;
  /** As OpenSSL writes them; its default unless given. */
  readonly tlsCiphers?: string;
}

/** What one end of a connection shows and believes. */
export interface Identity {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly minVersion: TlsVersion;
  readonly ciphers?: string;
  readonly requireEncryption: boolean;
}

const roleOptions = {
  scheduler: ['tlsSchedulerCert', 'tlsSchedulerKey'],
  worker: ['tlsWorkerCert', 'tlsWorkerKey'],
  client: ['tlsClientCert', 'tlsClientKey'],
} as const satisfies Record<SecurityRole, readonly [cert: keyof SecurityOptions, key: keyof SecurityOptions]>;
const roles = Object.keys(roleOptions) as SecurityRole[];
const pemOptions = ['tlsCaFile', ...roles.flatMap((role) => roleOptions[role])] as const;
const optionNames = [...pemOptions, 'requireEncryption', 'tlsMinVersion', 'tlsCiphers'];
const versions: readonly string[] = ['TLSv1.2', 'TLSv1.3'] satisfies TlsVersion[];
const dayMs = 24 * 3600 * 1000;

/**
 * Certificates for the connections of a cluster: files, or PEM text.
 * Raises InputError for files that cannot be read, and for certificates and keys that do not fit together.
 *
 * @example
 * const security = Security.temporary();
 * security.requireEncryption; // true
 * const forChild = Security.from(security.toJSON());
 * forChild.for('worker').cert === security.for('worker').cert; // true
 */
export class Security {
  readonly requireEncryption: boolean;
  /** With PEM text in the place of paths. */
  readonly #options: SecurityOptions;

  constructor(options: SecurityOptions) {
    checkOptionNames('Security', options, optionNames);
    const { tlsMinVersion = 'TLSv1.3', requireEncryption = true } = options;
    if (!versions.includes(tlsMinVersion)) {
      throw new InputError(
        `Security: tlsMinVersion is ${inspect(tlsMinVersion)}, but must be one of ${versions.join(', ')}`,
      );
    }
    const pems = pemOptions.flatMap((name) =>
      options[name] === undefined ? [] : [[name, pemOf(name, options[name])]],
    );
    this.#options = { ...options, ...Object.fromEntries(pems), tlsMinVersion, requireEncryption };
    this.requireEncryption = requireEncryption;
    for (const role of roles) if (this.#has(role)) checkIdentity(role, this.for(role));
  }

  /**
   * One certificate for all roles that signs itself, made in memory for this cluster alone; valid for a year, from a
   * day ago, since the clocks of hosts differ.
   *
   * @example
   * Security.temporary({ requireEncryption: false }).for('client').requireEncryption; // false
   */
  static temporary(
    options: Pick<SecurityOptions, 'requireEncryption' | 'tlsMinVersion' | 'tlsCiphers'> = {},
  ): Security {
    const now = Date.now();
    const { cert, key } = createCertificate({
      name: 'sheaf',
      validFrom: new Date(now - dayMs),
      validTo: new Date(now + 365 * dayMs),
    });
    const pairs = roles.flatMap((role) => [
      [roleOptions[role][0], cert],
      [roleOptions[role][1], key],
    ]);
    return new Security({ ...options, tlsCaFile: cert, ...Object.fromEntries(pairs) });
  }

  /** The security that `plain`, from `toJSON`, describes. */
  static from(plain: SecurityOptions): Security {
    return new Security(plain);
  }

  /** All of it as plain data, keys included: for the IPC channel of a child process, never for its arguments or a log. */
  toJSON(): SecurityOptions {
    return this.#options;
  }

  /** What the ends of connections with this role need. Raises InputError when their certificate was not given. */
  for(role: SecurityRole): Identity {
    const { tlsCaFile, tlsMinVersion, tlsCiphers } = this.#options;
    const [certName, keyName] = roleOptions[role];
    const [cert, key] = [this.#options[certName], this.#options[keyName]];
    if (tlsCaFile === undefined || cert === undefined || key === undefined) {
      const given = pemOptions.filter((name) => this.#options[name] !== undefined).join(', ') || 'none';
      throw new InputError(
        `Security: TLS for a ${role} needs tlsCaFile, ${certName} and ${keyName}, but of all certificates there are: ${given}`,
      );
    }
    return {
      ca: tlsCaFile,
      cert,
      key,
      minVersion: tlsMinVersion!,
      requireEncryption: this.requireEncryption,
      ...(tlsCiphers === undefined ? {} : { ciphers: tlsCiphers }),
    };
  }

  /** Without the keys: what is printed ends up in logs. */
  [inspect.custom](): string {
    const with_ = roles.filter((role) => this.#has(role)).join(', ') || 'nobody';
    return `Security { certificates for ${with_}, requireEncryption: ${this.requireEncryption} }`;
  }

  #has(role: SecurityRole): boolean {
    return roleOptions[role].some((name) => this.#options[name] !== undefined);
  }
}

function pemOf(name: string, pathOrText: unknown): string {
  if (typeof pathOrText !== 'string') throw new InputError(`Security: ${name} must be a path or PEM text`);
  if (pathOrText.includes('-----BEGIN ')) return pathOrText;
  try {
    return readFileSync(pathOrText, 'utf8');
  } catch (cause) {
    throw new InputError(`Security: ${name} cannot be read (${(cause as Error).message})`, { cause });
  }
}

/** What OpenSSL would say of these at the first connection is hard to understand, and comes late. */
function checkIdentity(role: SecurityRole, identity: Identity): void {
  const [certName, keyName] = roleOptions[role];
  const parse = <T>(name: string, what: string, make: () => T): T => {
    try {
      return make();
    } catch (cause) {
      throw new InputError(`Security: ${name} holds no ${what} (${(cause as Error).message})`, { cause });
    }
  };
  parse('tlsCaFile', 'certificate in PEM', () => new X509Certificate(identity.ca));
  const cert = parse(certName, 'certificate in PEM', () => new X509Certificate(identity.cert));
  const key = parse(keyName, 'private key in PEM without a passphrase', () => createPrivateKey(identity.key));
  if (!cert.checkPrivateKey(key)) throw new InputError(`Security: ${keyName} is not the key of ${certName}`);
  parse('tlsCiphers', 'cipher that this OpenSSL knows', () =>
    process.getBuiltinModule('node:tls').createSecureContext(identity),
  ); // loaded late: it takes longer than the rest of this file
}
