/** How own fields of events are named, and what they hold: without the shapes, so that the window needs no validator for it. */

/** What an own field holds. Values travel and are kept as text: a number as `12.5`, an answer as `yes` or `no`. */
export const ownFieldKinds = ['text', 'number', 'choice', 'yesNo'] as const
export type OwnFieldKind = (typeof ownFieldKinds)[number]

/** Both answers to a yes/no field, as they are kept. */
export const ownAnswers = ['yes', 'no'] as const

/** Longest name of a field, longest value and longest choice, in characters; most fields of an event, most choices. */
export const ownFieldLimits = {
  label: 60,
  value: 500,
  choice: 60,
  fields: 50,
  choices: 60,
} as const

/**
 * Beginnings of the names under which own fields stand in records, mappings and files. The name says whether a field is
 * sensitive, so that code far from the database can tell.
 */
const openPrefix = 'own_'
const sensitivePrefix = 'ownSensitive_'

/** Whether a name is one of an own field. */
export function isOwnField(name: string): boolean {
  return name.startsWith(openPrefix) || name.startsWith(sensitivePrefix)
}

/** Whether a name is one of an own field that travels, exports and shows only when asked for. */
export function isSensitiveOwnField(name: string): boolean {
  return name.startsWith(sensitivePrefix)
}

/** The name of an own field, made once from its label: `Bus from` is `own_bus_from`. Null for a label without letters. */
export function ownFieldName(label: string, sensitive: boolean): string | null {
  const key = label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
  return key === '' ? null : `${sensitive ? sensitivePrefix : openPrefix}${key}`
}
