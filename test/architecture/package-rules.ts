/** Rules about the packages Marshal installs: exact versions, licences, scripts, a complete lock file. */

export interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly allowScripts?: Readonly<Record<string, boolean>>
}

export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly license?: string
  readonly dev?: boolean
  readonly resolved?: string
  readonly integrity?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** Free to pass on inside Marshal. Build tools may also carry CC-BY data (browser support tables). */
const licences = /\b(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|MPL-2\.0|BlueOak-1\.0\.0)\b/
const licencesOfTools = /\bCC-BY-4\.0\b/

const mayRunScripts = ['keytar', 'node', 'sqlite3']

/** What package.json breaks. */
export function checkPackageFile(file: PackageFile): readonly string[] {
  const wanted = Object.entries({ ...file.dependencies, ...file.devDependencies })
  const allowed = Object.entries(file.allowScripts ?? {}).filter(([, allow]) => allow)
  return [
    ...wanted
      .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name, version]) => `${name} is "${version}": pin one exact version (npm install -E)`),
    ...allowed
      .filter(([name]) => !mayRunScripts.includes(name))
      .map(([name]) => `${name} may not run install scripts; only ${mayRunScripts.join(', ')} may`),
  ]
}

/** What package-lock.json breaks. */
export function checkLockFile({ packages }: LockFile): readonly string[] {
  const installed = Object.entries(packages).filter(([path]) => path !== '')
  return installed.flatMap(([path, locked]) => {
    const name = path.replace(/^.*node_modules\//, '')
    const { license = 'none', dev = false, resolved, integrity, optionalDependencies = {} } = locked
    const free = licences.test(license) || (dev && licencesOfTools.test(license))
    const missing = Object.keys(optionalDependencies).filter(
      (wanted) => !lookups(path).some((folder) => packages[`${folder}${wanted}`]),
    )
    return [
      ...(free ? [] : [`${name} has the licence "${license}", which Marshal does not pass on`]),
      ...(resolved === undefined ? [] : [`${name} names where it came from: ${resolved}`]),
      ...(/^sha512-[\w+/]{86}==$/.test(integrity ?? '')
        ? []
        : [`${name} has no sha512 integrity: what npm downloads could be anything`]),
      ...missing.map(
        (wanted) => `${wanted} (optional, of ${name}) is not locked: npm ci would refuse`,
      ),
    ]
  })
}

/** Where Node looks for what the package at `path` needs, innermost first. */
function lookups(path: string): readonly string[] {
  const outer = path.lastIndexOf('node_modules/')
  const inner = `${path}/node_modules/`
  return outer < 0 ? [`node_modules/`] : [inner, ...lookups(path.slice(0, Math.max(outer - 1, 0)))]
}
