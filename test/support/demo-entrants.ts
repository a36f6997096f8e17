/** A small event with entrants, made through the importer as a person would. */
import { importFile, type ImportFileOptions } from '../../main/engine/import/import-file.ts'
import type { TestCore } from './test-core.ts'

/** A file in memory, in pieces of the given size. */
export async function* bytesOf(
  text: string | Uint8Array,
  pieceBytes = 64 * 1024,
): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

/** Imports CSV text as a person would; entrants of the event "Spring Classic" unless told otherwise. */
export function importText(
  { core }: TestCore,
  text: string | Uint8Array,
  options: Partial<Omit<ImportFileOptions, 'format'>> = {},
) {
  const { fileName = 'list.csv', ...asked } = options
  const event = (asked.entity ?? 'entrant') === 'entrant' ? { event: 'Spring Classic' } : {}
  return importFile(core, () => bytesOf(text), {
    entity: 'entrant',
    map: {},
    rehearse: false,
    ...event,
    ...asked,
    fileName,
    format: fileName.endsWith('.json') ? 'json' : 'csv',
  })
}
