/** What the bodies of a page say of other records: as they are here, and as a target may hear of them. Pure. */
import type { MasterRecord } from '../../../model/record.ts'
import type { KnownPart, KnownParts } from '../../../targets/kit/bindings.ts'
import type { PartContent, PartsContent } from '../../../targets/kit/resource.ts'
import { travelling, type Ticks } from '../../../targets/kit/sensitive.ts'

/** A record that is part of another one, with its own parts. */
export interface LoadedPart extends LoadedParts {
  readonly record: MasterRecord
}

/** The parts of a record here, by name. */
export interface LoadedParts {
  readonly one: Readonly<Record<string, LoadedPart>>
  /** Oldest first. */
  readonly many: Readonly<Record<string, readonly LoadedPart[]>>
}

/** Of a record that has no parts. */
export const nothingLoaded: LoadedParts = { one: {}, many: {} }

/**
 * Parts as `toRemote` gets them: without what is not ticked for the target.
 * @param only the parts of this kind; left out: all of them
 */
export function contentOf(
  parts: KnownParts,
  loaded: LoadedParts,
  ticks: Pick<Ticks, 'sensitive'>,
  only?: KnownPart['as'],
): PartsContent {
  const one: Record<string, PartContent> = {}
  const many: Record<string, readonly PartContent[]> = {}
  const toContent = (part: KnownPart, { record, ...below }: LoadedPart): PartContent => ({
    fields: travelling(ticks, part.entity, record.fields),
    ...contentOf(part.parts, below, ticks),
  })
  for (const [name, part] of Object.entries(parts)) {
    if (only && part.as !== only) continue
    const single = loaded.one[name]
    if (single) one[name] = toContent(part, single)
    const several = loaded.many[name]
    if (several) many[name] = several.map((each) => toContent(part, each))
  }
  return { one, many }
}
