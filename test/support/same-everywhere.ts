/** Whether a stand-in holds exactly what is here: one of everything, with the same content, and nothing else. */
import { expect } from 'vitest'
import type { RecordView } from '../../main/contract/records.ts'
import type { EntityName } from '../../main/contract/words.ts'
import type { Engine } from '../../main/engine/engine.ts'
import { contentHash } from '../../main/engine/model/record.ts'
import type { EntityBinding, RemoteBody } from '../../main/engine/targets/kit/adapter.ts'
import { hasContent } from '../../main/engine/targets/kit/same-content.ts'
import { noParts } from '../../main/engine/targets/kit/resource.ts'
import { narrowed } from '../../main/engine/targets/kit/sensitive.ts'
import { findAdapter } from '../../main/engine/targets/registry.ts'
import type { StandInProcess } from './stand-in-process.ts'
import type { PlainTarget } from './test-target.ts'

/** Every live record of an entity. */
export async function allRecords(
  client: Engine['client'],
  entity: EntityName,
): Promise<readonly RecordView[]> {
  const records: RecordView[] = []
  for (let after: string | null = null, more = true; more;) {
    const page = await client.records.list({ entity, after, limit: 1000 })
    records.push(...page.records)
    after = page.next
    more = after !== null
  }
  return records
}

/** What a target must hold of each entity: remote id → body. Fails for a record that was never sent. */
async function expected(
  client: Engine['client'],
  bindings: readonly EntityBinding[],
  target: string,
): Promise<Map<EntityName, Map<string, RemoteBody>>> {
  const remoteIds = new Map<string, string>()
  const byEntity = new Map<EntityBinding, readonly RecordView[]>()
  for (const binding of bindings) {
    const records = await allRecords(client, binding.entity)
    byEntity.set(binding, records)
    for (const record of records) {
      const remoteId = record.targets[target]?.remoteId
      if (!remoteId) throw new Error(`${binding.entity} ${record.display} was not sent`)
      remoteIds.set(record.id, remoteId)
    }
  }
  const bodies = new Map<EntityName, Map<string, RemoteBody>>()
  for (const [binding, records] of byEntity) {
    const own = new Map<string, RemoteBody>()
    bodies.set(binding.entity, own)
    for (const record of records) {
      const fields = Object.fromEntries(
        binding.fields.map((name) => [name, (record[name] ?? null) as string | null]),
      )
      const refs: Record<string, string> = {}
      for (const name of [...binding.hard, ...binding.soft]) {
        const remoteId = remoteIds.get(String(record[name]))
        if (remoteId !== undefined) refs[name] = remoteId
      }
      own.set(remoteIds.get(record.id)!, binding.toRemote(fields, refs, noParts))
    }
  }
  return bodies
}

/** Fails unless the server holds exactly one of everything that is here, with the same content. */
export async function expectSameAt<Server extends StandInProcess>(
  client: Engine['client'],
  at: PlainTarget<Server>,
  server: Server,
  target = 'timing',
): Promise<void> {
  const { config } = await client.targets.get({ name: target })
  const { bindings } = narrowed(findAdapter(at.adapter)!, config).manifest
  const wanted = await expected(client, bindings, target)
  const there = await at.contentOf(server, bindings)
  for (const { entity } of bindings) {
    const ours = wanted.get(entity)!
    const theirs = there.get(entity) ?? new Map<string, RemoteBody>()
    expect([...theirs.keys()].sort(), `${entity} at the server`).toEqual([...ours.keys()].sort())
    const differing = [...ours].filter(([id, body]) => !hasContent(theirs.get(id)!, body))
    expect(differing, `${entity} that differ at the server`).toEqual([])
  }
}

/** A fingerprint of everything live here, to prove that nothing was lost. Stamps do not count. */
export async function fingerprint(
  client: Engine['client'],
  entities: readonly EntityName[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {}
  for (const entity of entities) {
    const records = await allRecords(client, entity)
    found[entity] = records
      .map(({ targets: _t, modifiedOn: _m, modifiedBy: _b, ...fields }) =>
        contentHash(JSON.stringify(fields)),
      )
      .sort()
  }
  return found
}
