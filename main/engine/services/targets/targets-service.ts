/** Targets: what can be connected, what is, and its configuration. Secrets go to the keychain and nowhere else. */
import { implement } from '@orpc/server'
import { contract } from '../../../contract/contract.ts'
import { ProblemError } from '../../../contract/problem.ts'
import { isSamePlace } from '../../../contract/same-place.ts'
import type { TargetConfig, TargetView } from '../../../contract/targets.ts'
import type { EntityName } from '../../../contract/words.ts'
import type { Core } from '../../core.ts'
import { partEntities } from '../../targets/kit/bindings.ts'
import { forgetAgreed, readAgain } from '../../store/traffic/inbox.ts'
import { fillScope, markDueAgain, writeScope } from '../../store/links/scope.ts'
import { toMicros } from '../../store/sql/stamps.ts'
import {
  findTarget,
  forgetRecordsAt,
  listTargets,
  noteTarget,
  updateTarget,
  type Target,
} from '../../store/runs/targets.ts'
import type { Adapter } from '../../targets/kit/adapter.ts'
import { asSet } from '../../targets/kit/as-set.ts'
import { narrowed, sensitiveChoices, travellingMapping } from '../../targets/kit/sensitive.ts'
import { adapterView } from '../../targets/registry.ts'
import type { StatusBoard } from '../sync/status-board.ts'
import { addTarget, removeTarget } from './add-target.ts'
import { toDataCollect } from './datacollect-config.ts'
import { signInHandlers } from './browser-sign-in.ts'
import { countMatches } from './count-matches.ts'
import { inOurForm, readTargetConfig, scopeOf, type CheckedConfig } from './target-config.ts'
import { outgoingSample } from './outgoing-sample.ts'
import { resumeTarget } from '../sync/awake-targets.ts'
import { sampleTarget } from './sample-target.ts'
import { targetNamed } from './target-named.ts'
import { choicesOf, testTarget } from './try-target.ts'

const os = implement(contract).targets

export interface TargetControls {
  readonly status: StatusBoard
  /** Called after targets were added, changed, removed, paused or resumed. */
  readonly onTargetsChanged: (name: string) => Promise<void>
  /** Stops what a target is doing; resolves when it has stopped. */
  readonly cancel: (name: string) => Promise<void>
}

export function targetHandlers(core: Core, controls: TargetControls) {
  const view = (target: Target) => viewTarget(core, controls.status, target)
  return {
    adapters: os.adapters.handler(async () => [...core.adapters.values()].map(adapterView)),
    list: os.list.handler(async () =>
      Promise.all((await listTargets(core.reader)).map((target) => view(target))),
    ),
    get: os.get.handler(async ({ input }) => view(await known(core, input.name))),
    add: os.add.handler(async ({ input }) => {
      const target = await addTarget(
        core,
        readTargetConfig(core.adapters, input.config),
        input.paused,
      )
      await controls.onTargetsChanged(target.name)
      return view(target)
    }),
    read: os.read.handler(async ({ input }) => {
      const { config, leftOut } = inOurForm(core.adapters, input.config)
      const checked = readTargetConfig(core.adapters, config)
      return { config: { ...checked.settings }, leftOut: [...leftOut] }
    }),
    update: os.update.handler(async ({ input }) => {
      const target = await changeTarget(core, input.name, input.changes, controls.cancel)
      await controls.onTargetsChanged(target.name)
      return view(target)
    }),
    remove: os.remove.handler(async ({ input }) => {
      await removeTarget(core, controls, await known(core, input.name))
      return { ok: true as const }
    }),
    test: os.test.handler(async ({ input }) => testTarget(core, input)),
    choices: os.choices.handler(async ({ input: { setting, search, ...tried } }) =>
      choicesOf(core, tried, { setting, search }),
    ),
    sample: os.sample.handler(async ({ input }) => sampleTarget(core, input)),
    outgoing: os.outgoing.handler(async ({ input: { entity, ...tried } }) =>
      outgoingSample(core, tried, entity),
    ),
    matching: os.matching.handler(async ({ input, signal }) =>
      countMatches(core, input.filter, signal ?? new AbortController().signal),
    ),
    asSet: os.asSet.handler(async ({ input }) => {
      const given = adapterNamed(core, input.adapter)
      const settings = given.manifest.settings.safeParse(input.settings)
      return settings.success ? adapterView(asSet(given, { settings: settings.data })) : null
    }),
    pause: os.pause.handler(async ({ input }) => {
      const target = await known(core, input.name)
      await noteTarget(core.db, target.id, { pausedReason: { code: 'person', who: core.who() } })
      void controls.cancel(target.name)
      await controls.onTargetsChanged(target.name)
      return controls.status.one(target.name)
    }),
    resume: os.resume.handler(async ({ input }) => {
      const target = await known(core, input.name)
      await resumeTarget(core, controls, target)
      return controls.status.one(target.name)
    }),
    ...signInHandlers(core, controls.onTargetsChanged),
    export: os.export.handler(async ({ input }) => toConfig(await known(core, input.name))),
    exportDataCollect: os.exportDataCollect.handler(async ({ input }) => {
      const target = await known(core, input.name)
      return toDataCollect(adapterOf(core, target).manifest, toConfig(target))
    }),
    secret: os.secret.handler(async ({ input }) => {
      const target = await known(core, input.name)
      const adapter = adapterOf(core, target)
      if (!adapter.manifest.secrets.some(({ key }) => key === input.key)) {
        throw new ProblemError({
          code: 'wrong-use',
          message: `${adapter.manifest.label} has no secret named ${input.key}.`,
          fix: `Use one of: ${adapter.manifest.secrets.map(({ key }) => key).join(', ')}.`,
        })
      }
      if (input.value === '') await core.ports.secrets.remove(target.name, input.key)
      else await core.ports.secrets.set(target.name, input.key, input.value)
      await controls.onTargetsChanged(target.name)
      return { ok: true as const }
    }),
  }
}

async function known(core: Core, name: string): Promise<Target> {
  return targetNamed(await listTargets(core.reader), name)
}

function adapterOf(core: Core, target: Pick<Target, 'adapter' | 'settings'>): Adapter {
  return asSet(adapterNamed(core, target.adapter), target)
}

/** Throws `ProblemError` `not-found`. */
function adapterNamed({ adapters }: Core, name: string): Adapter {
  const adapter = adapters.get(name)
  if (adapter) return adapter
  throw new ProblemError({ code: 'not-found', message: `There is no adapter named ${name}.` })
}

async function changeTarget(
  core: Core,
  name: string,
  changes: Readonly<Record<string, unknown>>,
  cancel: TargetControls['cancel'],
): Promise<Target> {
  const target = await known(core, name)
  const { secrets, settings, adapter } = readTargetConfig(core.adapters, {
    ...kept(core, target, changes),
    ...changes,
  })
  if (settings.adapter !== target.adapter) {
    throw new ProblemError({
      code: 'wrong-use',
      message: 'The adapter of a target cannot be changed.',
      fix: 'Add a new target and remove this one.',
    })
  }
  const renamed = settings.name !== target.name
  if (renamed && (await findTarget(core.db, settings.name))) {
    throw new ProblemError({
      code: 'taken',
      message: `There is a target named ${settings.name} already.`,
      fields: { name: 'is taken' },
    })
  }
  for (const [key, value] of Object.entries(secrets)) {
    await core.ports.secrets.set(settings.name, key, value)
  }
  if (renamed) await moveSecrets(core, target.name, settings.name, Object.keys(secrets))
  const scope = scopeOf(adapter, settings)
  // A run that goes on would settle by the old settings what is marked to go by the new ones: neither one under way nor
  // one that begins during the change may outlast it.
  await cancel(target.name)
  const sent = (config: Pick<Target, 'filter' | 'mapping' | 'owners'>) =>
    JSON.stringify([config.filter, config.mapping, config.owners])
  await core.db.transaction().execute(async (trx) => {
    await updateTarget(trx, target, settings)
    if (!isSamePlace(target, settings, adapter.manifest.choosesRecords)) {
      await forgetRecordsAt(trx, target.id, toMicros(core.ports.clock.now()))
    }
    const sentAgain = await writeScope(trx, target.id, scope)
    const ticked = newlyTicked(adapter, target, settings)
    const declared = adapterNamed(core, settings.adapter)
    const moved = movedFields(declared, target, settings)
    const more = [...sentAgain, ...ticked, ...newlyMade(declared, target, settings)]
    const outbound = scope.filter((entry) => entry.outbound).map((entry) => entry.entity)
    const marked =
      sent(target) === sent(settings)
        ? outbound.filter((entity) => more.includes(entity))
        : outbound
    if (marked.length > 0) await markDueAgain(trx, target.id, marked)
    // What the target has in them counts as well, and is looked at before ours is sent.
    const received = scope.flatMap(({ entity, inbound }) => (inbound ? [entity] : []))
    const heard = received.filter((entity) => ticked.includes(entity) || moved.has(entity))
    if (heard.length > 0) await readAgain(trx, target.id, heard)
    // What was agreed on was in another place, or nowhere.
    for (const entity of heard)
      await forgetAgreed(trx, target.id, { entity, fields: moved.get(entity) ?? [] })
    if ('sensitive' in changes) await noteTarget(trx, target.id, { sensitiveKept: 0 })
  })
  await cancel(target.name)
  await fillScope(core.db, target.id)
  return (await findTarget(core.db, settings.name))!
}

/** Entities of which more travels than before, as one more sensitive field was ticked; also what repeats them. */
function newlyTicked(
  { manifest }: Adapter,
  before: Pick<Target, 'sensitive'>,
  now: Pick<Target, 'sensitive'>,
): readonly EntityName[] {
  const touched = new Set(
    now.sensitive
      .filter((field) => !before.sensitive.includes(field))
      .map((field) => field.split('.')[0]),
  )
  return manifest.bindings.flatMap(({ entity, parts }) =>
    touched.has(entity) || partEntities(parts).some((part) => touched.has(part)) ? [entity] : [],
  )
}

/** Entities of which records were left out for their races, and are not any more as the settings say where they go. */
function newlyMade(
  declared: Adapter,
  before: Pick<Target, 'settings'>,
  now: Pick<Target, 'settings'>,
): readonly EntityName[] {
  const leftOut = (config: Pick<Target, 'settings'>) =>
    asSet(declared, config).manifest.bindings.flatMap(({ entity, perRace }) =>
      perRace === 'theirs' ? [entity] : [],
    )
  const still = leftOut(now)
  return leftOut(before).filter((entity) => !still.includes(entity))
}

/** Fields that travel in another place than before, by kind of record: what the target has there is not known. */
function movedFields(
  declared: Adapter,
  before: Target,
  now: CheckedConfig['settings'],
): ReadonlyMap<EntityName, readonly string[]> {
  const placeOf = (config: Pick<Target, 'mapping' | 'sensitive'>) =>
    new Map(travellingMapping(config).map(({ ours, theirs }) => [ours, theirs]))
  const [was, is] = [placeOf(before), placeOf(now)]
  const bindings = narrowed(declared, now).manifest.bindings
  return new Map(
    bindings.flatMap(({ entity, fields }) => {
      const moved = fields.filter(
        (name) => was.get(`${entity}.${name}`) !== is.get(`${entity}.${name}`),
      )
      return moved.length > 0 ? [[entity, moved] as const] : []
    }),
  )
}

/** What stays of a configuration. Everything stays everything, also where other settings make other kinds of records. */
function kept(core: Core, target: Target, changes: Readonly<Record<string, unknown>>) {
  const { entities, ...config } = toConfig(target)
  const { bindings } = adapterOf(core, target).manifest
  const hadAll = bindings.every(({ entity }) => target.entities.includes(entity))
  return 'settings' in changes && hadAll ? config : { ...config, entities }
}

async function moveSecrets(
  core: Core,
  from: string,
  to: string,
  replaced: readonly string[],
): Promise<void> {
  const { secrets } = core.ports
  for (const key of await secrets.keys(from)) {
    const value = await secrets.get(from, key)
    if (value !== null && !replaced.includes(key)) await secrets.set(to, key, value)
    await secrets.remove(from, key)
  }
}

/** The configuration of a target in its written form, without secrets. */
export function toConfig(target: Target): Omit<TargetConfig, 'secrets'> {
  return {
    name: target.name,
    adapter: target.adapter,
    url: target.url,
    auth: target.auth,
    settings: { ...target.settings },
    mode: target.mode,
    direction: target.direction,
    conflicts: target.conflicts,
    remoteDeletion: target.remoteDeletion,
    entities: [...target.entities],
    filter: target.filter === null ? null : { ...target.filter },
    mapping: target.mapping,
    owners: { ...target.owners },
    sensitive: [...target.sensitive],
    schedule: target.schedule,
    allowInsecure: target.allowInsecure,
  }
}

async function viewTarget(core: Core, status: StatusBoard, target: Target): Promise<TargetView> {
  const adapter = adapterOf(core, target)
  const { manifest } = adapter
  const { secrets } = core.ports
  // Where secrets cannot be read, nothing is known of them.
  const stored = secrets.kind === 'none' ? null : await secrets.keys(target.name).catch(() => null)
  return {
    config: toConfig(target),
    secrets: manifest.secrets.map((secret) =>
      stored === null ? { ...secret } : { ...secret, stored: stored.includes(secret.key) },
    ),
    status: await status.one(target.name),
    sensitiveKept: target.sensitiveKept,
    sensitiveLeftOut: sensitiveChoices(adapter, target.mapping).filter(
      (field) =>
        !target.sensitive.includes(field) &&
        target.entities.some((entity) => field.startsWith(`${entity}.`)),
    ),
  }
}
