/**
 * A certificate signed by itself, which desks know by its fingerprint. Keys and signature are Node's own; what is written
 * here is only the frame of X.509 (RFC 5280) around them: version 3, one name, P-256 with SHA-256.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto'

export interface OwnCertificate {
  /** Both PEM. */
  readonly key: string
  readonly cert: string
}

/** A fresh key and certificate for a host name and loopback, good for twenty years from `now` (ms since 1970 UTC). */
export function selfSigned(host = 'localhost', now = Date.UTC(2020, 0, 1)): OwnCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = der(0x30, oid('2a8648ce3d040302'))
  const name = der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, Buffer.from(host)))))
  const names = der(0x30, der(0x82, Buffer.from(host)), der(0x87, Buffer.from([127, 0, 0, 1])))
  const extensions = der(0xa3, der(0x30, der(0x30, oid('551d11'), der(0x04, names))))
  const day = 86_400_000
  const signed = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    // Positive, and never the same twice.
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    der(0x30, utcTime(now - day), utcTime(now + 20 * 365 * day)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', signed, privateKey)])
  const certificate = der(0x30, signed, ecdsaWithSha256, der(0x03, signature))
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}

/** SHA-256 of a certificate (PEM), 64 hexadecimal digits. */
export function fingerprintOf(cert: string): string {
  return createHash('sha256').update(new X509Certificate(cert).raw).digest('hex')
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))

/** Two digits of the year are enough until 2049 (RFC 5280, 4.1.2.5). */
const utcTime = (ms: number) =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
