/** The steps of the guided set-up, and which of them asks for what. Pure. */

export const setupSteps = ['adapter', 'connection', 'scope', 'rehearsal'] as const
export type SetupStep = (typeof setupSteps)[number]

/** Parts of the step `scope` that most leave as they are. */
export const advancedParts = ['rules', 'fields', 'schedule'] as const
export type AdvancedPart = (typeof advancedParts)[number]

/** The advanced part whose form has a field, by the field's name in the configuration; null for none. */
export function partOf(field: string): AdvancedPart | null {
  const [root = ''] = field.split('.')
  switch (root) {
    case 'mode':
    case 'conflicts':
    case 'remoteDeletion':
    case 'owners':
      return 'rules'
    case 'filter':
    case 'mapping':
    case 'sensitive':
      return 'fields'
    case 'schedule':
      return 'schedule'
    default:
      return null
  }
}

/** The step whose form has a field. */
export function stepOf(field: string): SetupStep {
  const [root = ''] = field.split('.')
  if (root === 'adapter') return 'adapter'
  const isScope = root === 'entities' || root === 'direction' || partOf(field) !== null
  return isScope ? 'scope' : 'connection'
}

/** The first step that has something to correct, null when none of the fields is known to be wrong. */
export function firstFaultyStep(fields: readonly string[]): SetupStep | null {
  const faulty = new Set(fields.map(stepOf))
  return setupSteps.find((step) => faulty.has(step)) ?? null
}
