/** Who may import whom. The table is the law; ARCHITECTURE.md explains it. */
import { importsOf } from './imports.ts'
import type { Breach, SourceFile } from './source-tree.ts'

interface Layer {
  readonly name: string
  /** Files of the layer. The first layer that matches a path owns it, so narrow ones come first. */
  readonly files: RegExp
  /** Layers it may import beside itself. */
  readonly uses: readonly string[]
  /** Layers of which it may import types but no values. */
  readonly usesTypesOf?: readonly string[]
  /** Packages it may import; left out: any that `packageRules` do not forbid. */
  readonly packages?: RegExp
  /** Parts of the layer named by the first group of `files` may not import each other. */
  readonly separate?: boolean
  /** Those parts in order: each may import only itself and the ones before it. */
  readonly order?: readonly string[]
  /** A remark that ends the message. */
  readonly hint?: string
}

const contract = 'contract'
const windowPackages =
  /^(vue|vue-router|vue-i18n|vuetify|uplot|zod|@orpc\/|@tanstack\/|@mdi\/|@koumoul\/|@intlify\/|@json-layout\/|uqr$|@vueuse\/|virtual:)/

export const layers: readonly Layer[] = [
  {
    name: 'contract',
    files: /^main\/contract\//,
    uses: [],
    packages: /^(zod|@orpc\/contract)/,
    hint: 'what crosses a process boundary depends on nothing of ours',
  },
  {
    name: 'model',
    files: /^main\/engine\/model\//,
    uses: [contract],
    packages: /^(node:crypto|zod|libphonenumber-js|fastest-levenshtein)/,
    hint: 'entity definitions are data, without I/O',
  },
  { name: 'ports', files: /^main\/engine\/ports\.ts$/, uses: [contract] },
  {
    name: 'secret forms',
    files: /^main\/engine\/secret-forms\.ts$/,
    uses: [],
    hint: 'the one list of forms is pure: adapters and hosts use it alike',
  },
  { name: 'db', files: /^main\/engine\/db\//, uses: [contract, 'model', 'ports'] },
  {
    name: 'store',
    files: /^main\/engine\/store\/([^/]+)\//,
    uses: [contract, 'db', 'model'],
    order: [
      ...['sql', 'search', 'links', 'traffic', 'attention', 'writer'],
      ...['hub', 'desk', 'imports', 'runs', 'check'],
    ],
    hint: 'a subject of the store uses only those before it: sql, search, links, traffic, attention, writer, hub, desk, imports, runs, check',
  },
  {
    name: 'kit',
    files: /^main\/engine\/targets\/kit\//,
    uses: [contract, 'ports', 'model', 'secret forms'],
  },
  {
    name: 'registry',
    files: /^main\/engine\/targets\/registry\.ts$/,
    uses: [contract, 'kit', 'adapters'],
  },
  {
    name: 'adapters',
    files: /^main\/engine\/targets\/([^/]+)\//,
    uses: [contract, 'kit', 'model'],
    usesTypesOf: ['ports'],
    separate: true,
    hint: 'an adapter knows only the kit and the model: never the store, the sync engine or another adapter',
  },
  {
    name: 'core',
    files: /^main\/engine\/(core|caller|live|long-work|change-together|read-ahead)\.ts$/,
    uses: [contract, 'model', 'ports', 'db', 'store'],
    usesTypesOf: ['registry'],
    hint: 'what every service and run shares',
  },
  {
    name: 'files in and out',
    files: /^main\/engine\/(import|export)\//,
    uses: [contract, 'model', 'ports', 'store', 'core'],
    usesTypesOf: ['db'],
  },
  {
    name: 'demo',
    files: /^main\/engine\/demo\//,
    uses: [],
    packages: /^$/,
    hint: 'an invented start list is text, and knows nothing',
  },
  {
    name: 'expressions',
    files: /^main\/engine\/expressions\//,
    uses: [contract, 'model', 'ports', 'kit'],
  },
  {
    name: 'pure decisions',
    files:
      /^main\/engine\/(sync\/(outbound|inbound)\/decide\/.*|sync\/(backoff|pause)|sync\/runs\/earned-result|hub\/decide\/.*|schedule\/(due|attend|connectivity|target-state)|services\/[^/]+\/decide\/.*)\.ts$/,
    uses: [contract, 'model'],
    usesTypesOf: ['kit', 'store', 'sync'],
    packages: /^(zod|croner|fastest-levenshtein)/,
    hint: 'data in, data out: no clock, no database; the doers stand beside decide/',
  },
  {
    name: 'sync',
    files: /^main\/engine\/sync\//,
    uses: [
      contract,
      'model',
      'ports',
      'store',
      'core',
      'kit',
      'registry',
      'expressions',
      'pure decisions',
    ],
    usesTypesOf: ['db'],
  },
  {
    name: 'schedule',
    files: /^main\/engine\/schedule\//,
    uses: [contract, 'model', 'ports', 'store', 'core', 'pure decisions'],
    usesTypesOf: ['db'],
  },
  {
    name: 'hub',
    files: /^main\/engine\/hub\//,
    uses: [contract, 'model', 'ports', 'store', 'core', 'pure decisions'],
    usesTypesOf: ['db'],
    hint: 'what desks ask of a hub; how they reach it is the business of hosts',
  },
  {
    name: 'services',
    files: /^main\/engine\/services\//,
    uses: [
      contract,
      'model',
      'ports',
      'db',
      'store',
      'core',
      'demo',
      'files in and out',
      'kit',
      'registry',
      'expressions',
      'pure decisions',
      'sync',
      'schedule',
    ],
    usesTypesOf: ['hub'],
  },
  {
    name: 'engine',
    files: /^main\/engine\/[^/]+\.ts$/,
    uses: [
      contract,
      'model',
      'ports',
      'db',
      'store',
      'core',
      'files in and out',
      'kit',
      'registry',
      'expressions',
      'pure decisions',
      'sync',
      'schedule',
      'hub',
      'services',
    ],
  },
  {
    name: 'stand-in kit',
    files: /^main\/stand-ins\/kit\//,
    uses: [],
    packages: /^node:/,
    hint: 'a stand-in knows nothing of Marshal: it plays the other side',
  },
  {
    name: 'stand-ins',
    files: /^main\/stand-ins\/([^/]+)\//,
    uses: ['stand-in kit'],
    packages: /^node:/,
    separate: true,
    hint: 'a stand-in knows nothing of Marshal, nor of another system: it plays the other side',
  },
  {
    name: 'stand-in list',
    files: /^main\/stand-ins\/[^/]+\.ts$/,
    uses: ['stand-in kit', 'stand-ins'],
  },
  {
    name: 'hosts/edge',
    files: /^main\/hosts\/edge\//,
    uses: [contract, 'engine', 'ports', 'hosts', 'stand-in list', 'demo'],
    hint: 'a host starts the engine through main/engine/engine.ts and never reaches inside it',
  },
  {
    name: 'hosts/electron',
    files: /^main\/hosts\/electron\//,
    uses: [contract, 'engine', 'ports', 'hosts', 'hosts/edge'],
    hint: 'a host starts the engine through main/engine/engine.ts and never reaches inside it',
  },
  { name: 'hosts', files: /^main\/hosts\//, uses: [contract, 'engine', 'ports', 'secret forms'] },
  { name: 'Electron entry', files: /^main\/index\.ts$/, uses: ['hosts/electron', 'hosts'] },
  { name: 'command entry', files: /^main\/edge\.ts$/, uses: ['hosts/edge', 'hosts'] },
  {
    name: 'preload',
    files: /^preload\//,
    uses: [],
    usesTypesOf: [contract],
    packages: /^electron$/,
  },
  {
    name: 'window',
    files: /^renderer\//,
    uses: [contract],
    packages: windowPackages,
    hint: 'the window sees only main/contract and the Vue ecosystem',
  },
]

const exceptions: readonly { readonly from: RegExp; readonly target: RegExp }[] = [
  {
    // Bindings, the user's field mapping, what is ticked, what differs between two bodies, and an error as a value, are as
    // pure as these decisions.
    from: /^main\/engine\/sync\/outbound\/decide\//,
    target: /^main\/engine\/targets\/kit\/(bindings|mapping|merge-patch|sensitive|sync-error)\.ts$/,
  },
  {
    // Numbers are read from a file with as much care as from a target.
    from: /^main\/engine\/import\/json-rows\.ts$/,
    target: /^main\/engine\/targets\/kit\/large-numbers\.ts$/,
  },
  { from: /^main\/hosts\//, target: /^package\.json$/ },
]

/** Packages that only some places may import. */
const packageRules: readonly {
  readonly packages: RegExp
  readonly in: RegExp
  readonly place: string
}[] = [
  {
    packages: /^electron(\/|$)/,
    in: /^(main\/hosts\/electron\/|main\/index\.ts$|preload\/|test\/)/,
    place: 'main/hosts/electron, main/index.ts and preload/',
  },
  { packages: /^keytar$/, in: /^(main\/hosts\/|test\/)/, place: 'main/hosts' },
  { packages: /^sqlite3$/, in: /^(main\/engine\/db\/|test\/)/, place: 'main/engine/db' },
  {
    packages: /^(undici|node:(https?|http2|net|tls|dns|dgram|child_process|cluster))(\/|$)/,
    in: /^(main\/hosts\/|main\/stand-ins\/kit\/|test\/)/,
    place: 'main/hosts and main/stand-ins/kit (the engine uses the ports of main/engine/ports.ts)',
  },
]

/** Every import that the table forbids, with what the layer may import instead. */
export function checkImports(files: readonly SourceFile[]): readonly Breach[] {
  return files.flatMap((file) => {
    const layer = layerOf(file.path)
    if (!layer) return []
    return importsOf(file).flatMap(({ target, relative, typeOnly, line }) => {
      const message = relative
        ? relativeProblem(file.path, layer, target, typeOnly)
        : packageProblem(file.path, layer, target)
      return message ? [{ path: file.path, line, message }] : []
    })
  })
}

/** The layer that owns a file; none for tests, scripts and configuration. */
export function layerOf(path: string): Layer | undefined {
  return layers.find((layer) => layer.files.test(path))
}

function relativeProblem(
  path: string,
  layer: Layer,
  target: string,
  typeOnly: boolean,
): string | undefined {
  const other = layerOf(target)
  if (exceptions.some((allowed) => allowed.from.test(path) && allowed.target.test(target))) return
  if (other === layer) {
    if (mayImportPart(layer, partOf(layer, path), partOf(layer, target))) return
    return `parts of ${layer.name} may not import each other like this: ${target}; ${layer.hint}`
  }
  if (other && layer.uses.includes(other.name)) return
  if (other && typeOnly && layer.usesTypesOf?.includes(other.name)) return
  return `${layer.name} may not import ${other?.name ?? 'this'} (${target}). ${allowed(layer)}`
}

function packageProblem(path: string, layer: Layer, name: string): string | undefined {
  const rule = packageRules.find((candidate) => candidate.packages.test(name))
  if (rule && !rule.in.test(path)) return `'${name}' may be imported only in ${rule.place}`
  if (layer.packages && !layer.packages.test(name))
    return `${layer.name} may not import the package '${name}'. ${allowed(layer)}`
  return undefined
}

function mayImportPart(layer: Layer, from: string | undefined, to: string | undefined): boolean {
  if (from === to) return true
  if (layer.order) return layer.order.indexOf(to ?? '') < layer.order.indexOf(from ?? '')
  return !layer.separate
}

function partOf(layer: Layer, path: string): string | undefined {
  return layer.files.exec(path)?.[1]
}

function allowed({ name, uses, usesTypesOf, hint }: Layer): string {
  const types = usesTypesOf ? `; types only: ${usesTypesOf.join(', ')}` : ''
  const list = uses.length > 0 ? uses.join(', ') : 'nothing of ours'
  return `${name} may import: ${list}${types}${hint ? ` (${hint})` : ''}`
}
