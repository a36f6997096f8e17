/** What a person said the values of a file mean, column by column. Pure. */
import type { ReadingChoices } from '../../../../main/contract/imports.ts'

/** What was said of a value; undefined when nothing was. */
export function valueSaid(
  { values = {} }: ReadingChoices,
  column: string,
  theirs: string,
): string | undefined {
  return values[column]?.[theirs]
}

/** @param ours empty for "it means nothing", null to take back what was said */
export function sayValue(
  chosen: ReadingChoices,
  { column, theirs }: { readonly column: string; readonly theirs: string },
  ours: string | null,
): ReadingChoices {
  const { values = {}, ...others } = chosen
  const { [theirs]: _, ...words } = values[column] ?? {}
  const { [column]: __, ...columns } = values
  const said = ours === null ? words : { ...words, [theirs]: ours }
  const all = Object.keys(said).length > 0 ? { ...columns, [column]: said } : columns
  return Object.keys(all).length > 0 ? { ...others, values: all } : others
}

/** Without what was said of columns that fill another field now: it was said for the former one. */
export function keepSaid(
  chosen: ReadingChoices,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): ReadingChoices {
  const { values = {}, ...others } = chosen
  const kept = Object.entries(values).filter(([column]) => before[column] === after[column])
  return kept.length > 0 ? { ...others, values: Object.fromEntries(kept) } : others
}
